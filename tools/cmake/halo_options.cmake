# Every option of the project, and what follows from them for all targets below this folder. Embedded in another
# project (add_subdirectory, FetchContent) halo builds its libraries and nothing else.

option(HALO_BUILD_SERVERS "Build the hello servers" ${PROJECT_IS_TOP_LEVEL})
option(HALO_BUILD_BENCH "Build hello-bench and the micro-benchmarks" ${PROJECT_IS_TOP_LEVEL})
option(HALO_BUILD_MICRO "Build the micro-benchmarks, too (they need Google Benchmark)" ON)
option(HALO_BUILD_TOOLS "Build hello-client and the other tools" ${PROJECT_IS_TOP_LEVEL})
option(HALO_BUILD_TESTS "Build the tests (they run the servers, tools and bench too)" ${PROJECT_IS_TOP_LEVEL})
option(HALO_INSTALL "Add the install rules" ${PROJECT_IS_TOP_LEVEL})
option(HALO_WARNINGS_AS_ERRORS "Stop at the first compiler warning" OFF)
option(HALO_COVERAGE "Count executed lines of the libraries in reactor/ and protocols/ (gcov)" OFF)
option(HALO_LIBFUZZER "Drive the fuzz targets by libFuzzer (clang only)" OFF)
set(HALO_WITH_HTTP AUTO CACHE STRING "Build halo::http and the programs that speak it: ON, OFF, or AUTO, where llhttp is found")
set_property(CACHE HALO_WITH_HTTP PROPERTY STRINGS AUTO ON OFF)
set(HALO_SANITIZE "" CACHE STRING "Sanitizers to build with: 'address,undefined' or 'thread'")

if(HALO_BUILD_TESTS AND NOT (HALO_BUILD_SERVERS AND HALO_BUILD_BENCH AND HALO_BUILD_TOOLS))
  message(FATAL_ERROR "HALO_BUILD_TESTS needs HALO_BUILD_SERVERS, HALO_BUILD_BENCH and HALO_BUILD_TOOLS: "
                      "the integration tests run those programs.")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

# Programs lie side by side, so that one can start the other as its neighbour.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${halo_BINARY_DIR}/bin")

# Installed programs and libraries find their shared neighbours wherever the tree is moved to.
include(GNUInstallDirs)
file(RELATIVE_PATH lib_from_bin "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
if(APPLE)
  set(CMAKE_INSTALL_RPATH "@loader_path" "@loader_path/${lib_from_bin}")
else()
  set(CMAKE_INSTALL_RPATH "$ORIGIN" "$ORIGIN/${lib_from_bin}")
endif()

# A static library must fit into a user's shared one, too.
if(NOT DEFINED CMAKE_POSITION_INDEPENDENT_CODE)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

if(PROJECT_IS_TOP_LEVEL)
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(NOT CMAKE_BUILD_TYPE AND NOT multi_config)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
  endif()

  find_program(HALO_CCACHE ccache DOC "Compiler cache, used where found")
  mark_as_advanced(HALO_CCACHE)
  foreach(language IN ITEMS C CXX)
    if(HALO_CCACHE AND NOT DEFINED CMAKE_${language}_COMPILER_LAUNCHER)
      set(CMAKE_${language}_COMPILER_LAUNCHER "${HALO_CCACHE}")
    endif()
  endforeach()
endif()

# Instrumentation must be the same in every object of a program, so it is set here and not per target.
if(HALO_SANITIZE)
  add_compile_options(-fsanitize=${HALO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${HALO_SANITIZE})
  if(HALO_SANITIZE MATCHES "undefined")
    # The check of virtual tables opens a pipe to look at memory, and takes its failure for a bad object: it cannot be on
    # while a test has used up the descriptors. AddressSanitizer sees the objects that are gone.
    add_compile_options(-fno-sanitize=vptr)
  endif()
endif()
if(HALO_LIBFUZZER)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "HALO_LIBFUZZER needs clang, not ${CMAKE_CXX_COMPILER_ID}: the preset `fuzz` takes it.")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(HALO_COVERAGE)
  add_link_options(--coverage) # what is compiled with it: see halo_target.cmake
endif()
