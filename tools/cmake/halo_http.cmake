# Whether halo::http is built: the one place that decides. Sets
#   HALO_HTTP           ON or OFF
#   Llhttp_ORIGIN, ...  as FindLlhttp.cmake says
# and defines
#   halo_use_llhttp(library)     what halo::http does
#   halo_use_own_llhttp(program) for a program that measures llhttp itself: a second copy of it, where it came as sources

set(HALO_HTTP OFF)
if(HALO_WITH_HTTP STREQUAL "AUTO")
  find_package(Llhttp 8.1 QUIET)
  set(HALO_HTTP ${Llhttp_FOUND})
  if(NOT HALO_HTTP)
    message(STATUS "halo::http is left out: there is no llhttp. Fix: tools/setup build")
  endif()
elseif(HALO_WITH_HTTP)
  find_package(Llhttp 8.1 REQUIRED)
  set(HALO_HTTP ON)
endif()
if(HALO_HTTP)
  message(STATUS "halo::http with llhttp ${Llhttp_VERSION} (${Llhttp_ORIGIN})")
endif()

# Lets the library `target` use llhttp without a word of it in its headers. What was found as sources becomes a part of the
# library; anything else is also looked for where halo is installed, see haloConfig.cmake.in.
function(halo_use_llhttp target)
  if(Llhttp_ORIGIN STREQUAL "sources")
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:halo_llhttp>)
    target_include_directories(${target} SYSTEM PRIVATE $<TARGET_PROPERTY:halo_llhttp,INTERFACE_INCLUDE_DIRECTORIES>)
  else()
    target_link_libraries(${target} PRIVATE Llhttp::Llhttp)
  endif()
endfunction()

function(halo_use_own_llhttp target)
  target_link_libraries(${target} PRIVATE Llhttp::Llhttp)
endfunction()
