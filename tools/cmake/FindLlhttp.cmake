# Finds llhttp, in the three forms in which systems bring it, the first one that is there:
#   config       a CMake package `llhttp`, whichever of llhttp::llhttp, llhttp::llhttp_static, llhttp::llhttp_shared it exports.
#                No version is asked for: those packages call versions compatible that are not.
#   pkg-config   libllhttp
#   sources      the C files that Debian 12's node-llhttp installs, compiled along with what uses them, all symbols hidden
#
# Sets
#   Llhttp_FOUND, Llhttp_VERSION (from the header, 8.1 at least), Llhttp_ORIGIN (config, pkg-config or sources)
# and defines
#   Llhttp::Llhttp    what to link. For `sources` it is an object library, which becomes a part of the target that links it.
#
# Llhttp_ORIGINS, a list, says which forms to look for; by default all of them.

if(NOT DEFINED Llhttp_ORIGINS)
  set(Llhttp_ORIGINS config pkg-config sources)
endif()
set(Llhttp_ORIGIN "")
set(llhttp_header Llhttp_HEADER-NOTFOUND)

# llhttp_provide(target origin): links Llhttp::Llhttp to what was found.
macro(llhttp_provide target origin)
  add_library(Llhttp::Llhttp INTERFACE IMPORTED GLOBAL)
  set_property(TARGET Llhttp::Llhttp PROPERTY INTERFACE_LINK_LIBRARIES ${target})
  set(Llhttp_ORIGIN ${origin})
  get_target_property(llhttp_includes ${target} INTERFACE_INCLUDE_DIRECTORIES)
  foreach(folder IN LISTS llhttp_includes ITEMS /usr/include /usr/local/include)
    if(NOT llhttp_header AND EXISTS "${folder}/llhttp.h")
      set(llhttp_header "${folder}/llhttp.h")
    endif()
  endforeach()
endmacro()

get_property(llhttp_known GLOBAL PROPERTY HALO_LLHTTP_KNOWN) # by an earlier call in this tree
if(llhttp_known)
  list(GET llhttp_known 0 Llhttp_ORIGIN)
  list(GET llhttp_known 1 Llhttp_VERSION)
  set(Llhttp_FOUND TRUE)
  return()
endif()

if("config" IN_LIST Llhttp_ORIGINS)
  find_package(llhttp CONFIG QUIET)
  foreach(target IN ITEMS llhttp::llhttp llhttp::llhttp_static llhttp::llhttp_shared)
    if(NOT Llhttp_ORIGIN AND TARGET ${target})
      llhttp_provide(${target} config)
    endif()
  endforeach()
endif()

if(NOT Llhttp_ORIGIN AND "pkg-config" IN_LIST Llhttp_ORIGINS)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(LLHTTP QUIET IMPORTED_TARGET GLOBAL libllhttp)
    if(LLHTTP_FOUND)
      llhttp_provide(PkgConfig::LLHTTP pkg-config)
    endif()
  endif()
endif()

if(NOT Llhttp_ORIGIN AND "sources" IN_LIST Llhttp_ORIGINS)
  set(llhttp_parts api.c http.c llhttp.c)
  set(llhttp_sources)
  foreach(prefix IN LISTS CMAKE_PREFIX_PATH CMAKE_SYSTEM_PREFIX_PATH)
    if(NOT llhttp_sources AND EXISTS "${prefix}/share/llhttp/llhttp.c" AND EXISTS "${prefix}/share/include/llhttp/llhttp.h")
      list(TRANSFORM llhttp_parts PREPEND "${prefix}/share/llhttp/" OUTPUT_VARIABLE llhttp_sources)
      set(llhttp_header "${prefix}/share/include/llhttp/llhttp.h")
    endif()
  endforeach()
  if(llhttp_sources)
    enable_language(C)
    # Without warnings, for it is not ours to mend. Strict, for until version 9 the lenient parser is the default.
    add_library(halo_llhttp OBJECT EXCLUDE_FROM_ALL ${llhttp_sources})
    set_target_properties(halo_llhttp PROPERTIES C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)
    target_compile_definitions(halo_llhttp PRIVATE LLHTTP_STRICT_MODE=1)
    target_compile_options(halo_llhttp PRIVATE -w)
    cmake_path(GET llhttp_header PARENT_PATH llhttp_includes)
    target_include_directories(halo_llhttp SYSTEM PUBLIC "${llhttp_includes}")
    add_library(Llhttp::Llhttp ALIAS halo_llhttp)
    set(Llhttp_ORIGIN sources)
  endif()
endif()

set(Llhttp_VERSION "")
if(llhttp_header)
  file(STRINGS "${llhttp_header}" llhttp_version_lines REGEX "^#define LLHTTP_VERSION_(MAJOR|MINOR|PATCH) +[0-9]+")
  string(REGEX MATCHALL "[0-9]+" Llhttp_VERSION "${llhttp_version_lines}")
  list(JOIN Llhttp_VERSION "." Llhttp_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Llhttp
  REQUIRED_VARS Llhttp_ORIGIN Llhttp_VERSION
  VERSION_VAR Llhttp_VERSION
  REASON_FAILURE_MESSAGE "Fix: tools/setup build, or install llhttp's CMake package")
if(Llhttp_FOUND)
  set_property(GLOBAL PROPERTY HALO_LLHTTP_KNOWN "${Llhttp_ORIGIN}" "${Llhttp_VERSION}")
endif()
