# Whether halo::tls is built: the one place that decides. Sets HALO_TLS to ON or OFF.

set(HALO_WITH_TLS AUTO CACHE STRING "TLS by OpenSSL 3 (the library halo::tls): ON, OFF, or AUTO: where OpenSSL is found")
set_property(CACHE HALO_WITH_TLS PROPERTY STRINGS AUTO ON OFF)

set(HALO_TLS OFF)
if(HALO_WITH_TLS STREQUAL "AUTO" OR HALO_WITH_TLS STREQUAL "ON")
  find_package(OpenSSL 3 QUIET)
  if(OpenSSL_FOUND)
    set(HALO_TLS ON)
    message(STATUS "TLS by OpenSSL ${OPENSSL_VERSION}")
  elseif(HALO_WITH_TLS STREQUAL "ON")
    message(FATAL_ERROR "HALO_WITH_TLS=ON: there is no OpenSSL from version 3 on. "
                        "Fix: install it (tools/setup), or name its prefix with -DOPENSSL_ROOT_DIR=PREFIX.")
  else()
    message(STATUS "no TLS: there is no OpenSSL from version 3 on (tools/setup installs it)")
  endif()
elseif(NOT HALO_WITH_TLS STREQUAL "OFF")
  message(FATAL_ERROR "HALO_WITH_TLS=${HALO_WITH_TLS}: it is AUTO, ON or OFF.")
endif()
