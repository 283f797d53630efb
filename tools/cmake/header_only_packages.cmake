# Answers find_package() in a cross-compile with what can be used of the machine that it runs on: libraries that are headers and
# nothing else. Each library's folder is linked into the build tree, so that no other header of this machine is on the
# compiler's way. Read by means of CMAKE_PROJECT_TOP_LEVEL_INCLUDES.

set(halo_packages_dir "${CMAKE_BINARY_DIR}/packages")

# halo_provide_headers(target folder)     `folder` is what its headers are included by: CLI/CLI.hpp
function(halo_provide_headers target folder)
  if(TARGET ${target})
    return()
  endif()
  set(include_dir "${halo_packages_dir}/${folder}/include")
  if(NOT EXISTS "/usr/include/${folder}")
    message(FATAL_ERROR "/usr/include/${folder} is missing. Fix: tools/setup build")
  endif()
  file(MAKE_DIRECTORY "${include_dir}")
  file(CREATE_LINK "/usr/include/${folder}" "${include_dir}/${folder}" SYMBOLIC)
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  target_include_directories(${target} INTERFACE "${include_dir}")
endfunction()

macro(halo_provide_package method package)
  if("${package}" STREQUAL "CLI11")
    halo_provide_headers(CLI11::CLI11 CLI)
    set(CLI11_FOUND ON)
  elseif("${package}" STREQUAL "fmt")
    halo_provide_headers(fmt::fmt fmt)
    target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY)
    set(fmt_FOUND ON)
  elseif("${package}" STREQUAL "nlohmann_json")
    halo_provide_headers(nlohmann_json::nlohmann_json nlohmann)
    set(nlohmann_json_FOUND ON)
  endif() # any other is looked for as usual
endmacro()

cmake_language(SET_DEPENDENCY_PROVIDER halo_provide_package SUPPORTED_METHODS FIND_PACKAGE)
