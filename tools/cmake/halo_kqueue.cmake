# Where kqueue comes from: the one place that decides. Sets
#   HALO_KQUEUE          native, shim, libkqueue, or empty: there is none, and halo is built without its poller
#   halo_kqueue          where it is not native: the target that brings <sys/event.h> and the calls
#
# The other two imitate it, so that the poller for BSD and macOS runs where its tests do. They are for tests: what is built with
# one of them is not installed.

set(HALO_WITH_KQUEUE "" CACHE STRING "kqueue on a system that has none, for tests: shim, libkqueue, or emulated (the latter where \
it is found, else the former)")
set_property(CACHE HALO_WITH_KQUEUE PROPERTY STRINGS "" emulated shim libkqueue)
set(HALO_LIBKQUEUE_DIR "" CACHE PATH "Where libkqueue is installed, if pkg-config does not know")

# The target halo_kqueue out of libkqueue; none where it is not found.
function(halo_find_libkqueue)
  if(HALO_LIBKQUEUE_DIR)
    find_path(HALO_LIBKQUEUE_INCLUDES sys/event.h PATHS "${HALO_LIBKQUEUE_DIR}/include/kqueue" NO_DEFAULT_PATH)
    find_library(HALO_LIBKQUEUE_LIBRARY kqueue PATHS "${HALO_LIBKQUEUE_DIR}" PATH_SUFFIXES lib lib64 "${CMAKE_INSTALL_LIBDIR}"
                 NO_DEFAULT_PATH)
    mark_as_advanced(HALO_LIBKQUEUE_INCLUDES HALO_LIBKQUEUE_LIBRARY)
    if(NOT HALO_LIBKQUEUE_INCLUDES OR NOT HALO_LIBKQUEUE_LIBRARY)
      message(FATAL_ERROR "HALO_LIBKQUEUE_DIR: no include/kqueue/sys/event.h or no library kqueue in ${HALO_LIBKQUEUE_DIR}. "
                          "Fix: name the prefix that libkqueue was installed to.")
    endif()
    add_library(halo_kqueue INTERFACE)
    target_include_directories(halo_kqueue SYSTEM INTERFACE "${HALO_LIBKQUEUE_INCLUDES}")
    target_link_libraries(halo_kqueue INTERFACE "${HALO_LIBKQUEUE_LIBRARY}")
    return()
  endif()
  find_package(PkgConfig)
  if(PkgConfig_FOUND)
    pkg_check_modules(LIBKQUEUE IMPORTED_TARGET GLOBAL libkqueue)
  endif()
  if(LIBKQUEUE_FOUND)
    add_library(halo_kqueue INTERFACE)
    target_link_libraries(halo_kqueue INTERFACE PkgConfig::LIBKQUEUE)
  endif()
endfunction()

set(HALO_KQUEUE "")
if(CMAKE_SYSTEM_NAME MATCHES "^(Darwin|FreeBSD|NetBSD|OpenBSD|DragonFly)$")
  set(HALO_KQUEUE native)
elseif(HALO_WITH_KQUEUE MATCHES "^(emulated|shim|libkqueue)$")
  if(NOT HALO_WITH_KQUEUE STREQUAL "shim")
    halo_find_libkqueue()
  endif()
  if(TARGET halo_kqueue)
    set(HALO_KQUEUE libkqueue)
  elseif(HALO_WITH_KQUEUE STREQUAL "libkqueue")
    message(FATAL_ERROR "HALO_WITH_KQUEUE=libkqueue: pkg-config does not know libkqueue. "
                        "Fix: install it, or name its prefix with -DHALO_LIBKQUEUE_DIR=PREFIX.")
  else()
    add_subdirectory("${halo_SOURCE_DIR}/tests/support/kqueue_shim" "${halo_BINARY_DIR}/tests/kqueue_shim")
    add_library(halo_kqueue ALIAS halo_kqueue_shim)
    set(HALO_KQUEUE shim)
  endif()
  message(STATUS "kqueue by ${HALO_KQUEUE}, for tests")
elseif(HALO_WITH_KQUEUE)
  message(FATAL_ERROR "HALO_WITH_KQUEUE=${HALO_WITH_KQUEUE}: it is emulated, shim, libkqueue or empty.")
endif()

if(HALO_INSTALL AND HALO_KQUEUE MATCHES "shim|libkqueue")
  install(CODE "message(FATAL_ERROR \"This build imitates kqueue (HALO_WITH_KQUEUE=${HALO_WITH_KQUEUE}), for tests only. \
Fix: install one that does not, such as that of the release preset.\")")
endif()
