# The target halo_build_info: `#include "build_info.hpp"` tells a program its version, commit, compiler and build type.
# Not part of the libraries. The header never changes, so a new commit costs one small compile and the links.

set(build_info_dir "${halo_BINARY_DIR}/generated")
configure_file("${CMAKE_CURRENT_LIST_DIR}/build_info.hpp.in" "${build_info_dir}/build_info.hpp" COPYONLY)

find_package(Git QUIET)

# Runs at every build and writes only what has changed.
add_custom_target(
  halo_build_info_source
  COMMAND
    ${CMAKE_COMMAND} "-DSOURCE_DIR=${halo_SOURCE_DIR}" "-DGIT=$<IF:$<BOOL:${GIT_FOUND}>,${GIT_EXECUTABLE},>"
    "-DTEMPLATE=${CMAKE_CURRENT_LIST_DIR}/build_info.cpp.in" "-DOUTPUT=${build_info_dir}/build_info.cpp"
    "-DVERSION=${PROJECT_VERSION}" "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
    "-DBUILD_TYPE=$<CONFIG>" -P "${CMAKE_CURRENT_LIST_DIR}/write_build_info.cmake"
  BYPRODUCTS "${build_info_dir}/build_info.cpp"
  COMMENT "Recording version and commit"
  VERBATIM)

add_library(halo_build_info STATIC EXCLUDE_FROM_ALL "${build_info_dir}/build_info.cpp")
add_dependencies(halo_build_info halo_build_info_source)
target_include_directories(halo_build_info PUBLIC "${build_info_dir}")
