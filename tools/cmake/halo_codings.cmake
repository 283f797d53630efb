# What bodies can be compressed with: a library for each coding, used where it is found.
#   HALO_WITH_ZLIB, HALO_WITH_BROTLI, HALO_WITH_ZSTD    AUTO, ON (it must be there) or OFF
# halo_add_coding(target name)     compiles http/decoding_layer_<name>.cpp into the target, and links it with the library, or
#                                  http/decoding_layer_no_<name>.cpp
#
# An installed halo links by the library's name, wherever that is found then.

# halo_coding_library(name header library debian)
macro(halo_coding_library name header library debian)
  string(TOUPPER ${name} upper)
  set(HALO_WITH_${upper} AUTO CACHE STRING "Decode bodies by ${name}: AUTO (where it is found), ON or OFF")
  set_property(CACHE HALO_WITH_${upper} PROPERTY STRINGS AUTO ON OFF)
  find_path(HALO_${upper}_INCLUDES ${header})
  find_library(HALO_${upper}_LIBRARY ${library})
  mark_as_advanced(HALO_${upper}_INCLUDES HALO_${upper}_LIBRARY)
  set(halo_${name}_found OFF)
  if(HALO_${upper}_INCLUDES AND HALO_${upper}_LIBRARY)
    set(halo_${name}_found ON)
  endif()
  if(HALO_WITH_${upper} STREQUAL "AUTO")
    set(halo_with_${name} ${halo_${name}_found})
  else()
    set(halo_with_${name} ${HALO_WITH_${upper}})
  endif()
  if(halo_with_${name} AND NOT halo_${name}_found)
    message(FATAL_ERROR "HALO_WITH_${upper}: there is no ${header}, or no library ${library}. Fix: install ${debian}.")
  endif()
  set(halo_${name}_link ${library})
endmacro()

halo_coding_library(zlib zlib.h z zlib1g-dev)
halo_coding_library(brotli brotli/decode.h brotlidec libbrotli-dev)
halo_coding_library(zstd zstd.h zstd libzstd-dev)

function(halo_add_coding target name)
  if(NOT halo_with_${name})
    target_sources(${target} PRIVATE http/decoding_layer_no_${name}.cpp)
    return()
  endif()
  string(TOUPPER ${name} upper)
  target_sources(${target} PRIVATE http/decoding_layer_${name}.cpp)
  target_include_directories(${target} SYSTEM PRIVATE "${HALO_${upper}_INCLUDES}")
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:${HALO_${upper}_LIBRARY}>
                                          $<INSTALL_INTERFACE:${halo_${name}_link}>)
endfunction()
