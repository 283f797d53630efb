# halo_target_defaults(target)                 language, include path, warnings and hardening of a target of the project
# halo_add_program(name SOURCES file... [LIBRARIES target...] [NO_INSTALL])
#                                              a program in build/<preset>/bin that knows its version (build_info.hpp)

include(CheckCXXCompilerFlag)
include(CheckLinkerFlag)

set(halo_warnings -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast)

# What is expected to cost the hot path little; its price was not measured apart. Not here: _GLIBCXX_ASSERTIONS (debug builds have it) and
# -ftrivial-auto-var-init, which would clear every buffer on the stack before it is read into.
set(halo_hardening)
set(CMAKE_REQUIRED_FLAGS -Werror) # clang only warns of what it knows and does not have on this system
foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection)
  string(MAKE_C_IDENTIFIER "HALO_COMPILER_TAKES${flag}" known)
  check_cxx_compiler_flag(${flag} ${known})
  if(${known})
    list(APPEND halo_hardening ${flag})
  endif()
endforeach()
set(halo_link_hardening)
foreach(flag -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
  string(MAKE_C_IDENTIFIER "HALO_LINKER_TAKES${flag}" known)
  check_linker_flag(CXX ${flag} ${known})
  if(${known})
    list(APPEND halo_link_hardening ${flag})
  endif()
endforeach()

# Without it position-independent code may not inline one function of a file into another.
check_cxx_compiler_flag(-fno-semantic-interposition HALO_COMPILER_TAKES_NO_SEMANTIC_INTERPOSITION)
unset(CMAKE_REQUIRED_FLAGS)

function(halo_target_defaults target)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE")
    set(scope PRIVATE)
  elseif(type STREQUAL "INTERFACE_LIBRARY")
    set(scope INTERFACE)
  else()
    set(scope PUBLIC)
  endif()

  # Headers are named as in the tree, `#include "reactor/event_loop.hpp"`, here and where halo is installed.
  target_include_directories(${target} ${scope} $<BUILD_INTERFACE:${halo_SOURCE_DIR}>
                                                $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/halo>)
  target_compile_features(${target} ${scope} cxx_std_20)
  if(type STREQUAL "INTERFACE_LIBRARY")
    return()
  endif()

  set(optimised $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)
  target_compile_options(${target} PRIVATE ${halo_warnings} $<$<BOOL:${HALO_WARNINGS_AS_ERRORS}>:-Werror>)
  target_compile_definitions(${target} PRIVATE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
  if(HALO_COMPILER_TAKES_NO_SEMANTIC_INTERPOSITION)
    target_compile_options(${target} PRIVATE -fno-semantic-interposition)
  endif()
  # Only what a report is asked for: the place of its counters is a part of each object, so that no compiler cache knows it.
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${halo_SOURCE_DIR}" OUTPUT_VARIABLE room)
  if(HALO_COVERAGE AND room MATCHES "^(reactor|protocols)")
    # Counters of a program with threads must be atomic, or gcov reports negative and lost counts.
    target_compile_options(${target} PRIVATE --coverage -fprofile-update=atomic)
  endif()
  if(NOT HALO_SANITIZE) # the sanitizers see more, and _FORTIFY_SOURCE hides calls from them
    target_compile_options(${target} PRIVATE "$<${optimised}:${halo_hardening};-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=3>")
    target_link_options(${target} PRIVATE "$<${optimised}:${halo_link_hardening}>")
  endif()
endfunction()

function(halo_add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NO_INSTALL" "" "SOURCES;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "halo_add_program(${name}): what is '${arg_UNPARSED_ARGUMENTS}'?")
  endif()
  add_executable(${name} ${arg_SOURCES})
  halo_target_defaults(${name})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} halo_build_info)
  if(HALO_INSTALL AND NOT arg_NO_INSTALL)
    install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT programs)
  endif()
endfunction()
