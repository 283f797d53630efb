# halo_install_library(target folder [PRIVATE_HEADERS name...])
#     Installs the library with the headers of `folder` (relative to the root), in the same tree below include/halo/, and
#     a pkg-config file. Left out are `*_internal.hpp`, folders named `internal`, and what PRIVATE_HEADERS lists (files or
#     folders, relative to `folder`). Call it after target_link_libraries(): the pkg-config file names what it needs.
# halo_install_package()
#     Installs what find_package(halo) reads. Once, after all libraries.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(halo_cmake_dir "${CMAKE_CURRENT_LIST_DIR}")
set(halo_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/halo")

function(halo_install_library target folder)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "PRIVATE_HEADERS")
  string(REGEX REPLACE "^halo_" "" name ${target}) # halo_reactor is halo::reactor
  set_target_properties(
    ${target} PROPERTIES EXPORT_NAME ${name} VERSION ${halo_VERSION}
                         SOVERSION ${halo_VERSION_MAJOR}.${halo_VERSION_MINOR}) # 0.x: a minor version may break the ABI
  if(NOT HALO_INSTALL)
    return()
  endif()

  install(
    TARGETS ${target}
    EXPORT haloTargets
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT libraries
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT libraries NAMELINK_COMPONENT development
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)

  set(left_out PATTERN "*_internal.hpp" EXCLUDE PATTERN "internal" EXCLUDE)
  foreach(header IN LISTS arg_PRIVATE_HEADERS)
    list(APPEND left_out PATTERN "${folder}/${header}" EXCLUDE)
  endforeach()
  install(
    DIRECTORY "${halo_SOURCE_DIR}/${folder}/"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/halo/${folder}"
    COMPONENT development
    FILES_MATCHING
    PATTERN "*.hpp"
    ${left_out})

  halo_install_pkg_config(${target} ${name})
endfunction()

# The .pc file finds its prefix from where it lies, so that an installed tree may be moved.
function(halo_install_pkg_config target name)
  set(requires)
  set(requires_private)
  set(libs_private)
  get_target_property(linked ${target} LINK_LIBRARIES)
  foreach(library IN LISTS linked)
    if(library MATCHES "^halo::(.+)$")
      list(APPEND requires "halo-${CMAKE_MATCH_1}")
    elseif(library STREQUAL "Threads::Threads")
      list(APPEND libs_private -pthread)
    elseif(library MATCHES "^\\$<INSTALL_INTERFACE:([a-z]+)>$")
      list(APPEND libs_private -l${CMAKE_MATCH_1})
    elseif(library STREQUAL "OpenSSL::SSL")
      list(APPEND requires_private "openssl >= 3")
    elseif(library STREQUAL "Llhttp::Llhttp")
      list(APPEND libs_private -lllhttp)
    endif()
  endforeach()
  list(JOIN requires " " requires)
  list(JOIN requires_private ", " requires_private)
  list(JOIN libs_private " " libs_private)
  file(RELATIVE_PATH prefix "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
  string(REGEX REPLACE "/$" "" prefix "${prefix}")
  configure_file("${halo_cmake_dir}/halo.pc.in" "${halo_BINARY_DIR}/pkgconfig/halo-${name}.pc" @ONLY)
  install(
    FILES "${halo_BINARY_DIR}/pkgconfig/halo-${name}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
    COMPONENT development)
endfunction()

function(halo_install_package)
  install(
    EXPORT haloTargets
    NAMESPACE halo::
    DESTINATION "${halo_package_dir}"
    COMPONENT development)
  configure_package_config_file("${halo_cmake_dir}/haloConfig.cmake.in" "${halo_BINARY_DIR}/haloConfig.cmake"
                                INSTALL_DESTINATION "${halo_package_dir}")
  write_basic_package_version_file("${halo_BINARY_DIR}/haloConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
  install(
    FILES "${halo_BINARY_DIR}/haloConfig.cmake" "${halo_BINARY_DIR}/haloConfigVersion.cmake" "${halo_cmake_dir}/FindLlhttp.cmake"
    DESTINATION "${halo_package_dir}"
    COMPONENT development)
endfunction()
