# cmake -DHOW=way -DPROJECT=dir -DMODULES=dir -DWORK=dir -DSHARE=dir -DGENERATOR=name -DCXX=compiler -P try.cmake
# Builds and runs the sample project in WORK against an llhttp that comes in one WAY only: shared, static, both (CMake packages, by
# the targets that they export), pkg-config, sources; or none, which must be refused. SHARE holds Debian's sources.

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(failed)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${WORK}")
set(prefix "${WORK}/prefix")
set(settings -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX}" "-DHALO_MODULES=${MODULES}" "-DCMAKE_PREFIX_PATH=${prefix}")

# An installed library, and what says where it is.
if(HOW MATCHES "shared|static|both|pkg-config")
  file(WRITE "${WORK}/library/CMakeLists.txt"
"cmake_minimum_required(VERSION 3.25)
project(llhttp LANGUAGES C)
foreach(kind IN ITEMS SHARED STATIC)
  string(TOLOWER \${kind} suffix)
  add_library(llhttp_\${suffix} \${kind} ${SHARE}/llhttp/api.c ${SHARE}/llhttp/http.c ${SHARE}/llhttp/llhttp.c)
  target_compile_options(llhttp_\${suffix} PRIVATE -w)
  target_include_directories(llhttp_\${suffix} PUBLIC \$<BUILD_INTERFACE:${SHARE}/include/llhttp> \$<INSTALL_INTERFACE:include>)
  set_target_properties(llhttp_\${suffix} PROPERTIES OUTPUT_NAME llhttp)
endforeach()
install(FILES ${SHARE}/include/llhttp/llhttp.h DESTINATION include)
if(HOW STREQUAL both)
  install(TARGETS llhttp_static llhttp_shared EXPORT llhttp DESTINATION lib)
elseif(HOW STREQUAL static)
  install(TARGETS llhttp_static EXPORT llhttp DESTINATION lib)
else()
  install(TARGETS llhttp_shared EXPORT llhttp DESTINATION lib)
endif()
if(HOW STREQUAL pkg-config)
  file(WRITE \${CMAKE_BINARY_DIR}/libllhttp.pc \"prefix=${prefix}
Name: libllhttp
Description: a library
Version: 8.1.0
Libs: -L${prefix}/lib -lllhttp
Cflags: -I${prefix}/include
\")
  install(FILES \${CMAKE_BINARY_DIR}/libllhttp.pc DESTINATION lib/pkgconfig)
else()
  install(EXPORT llhttp FILE llhttpConfig.cmake NAMESPACE llhttp:: DESTINATION lib/cmake/llhttp)
endif()
")
  run(${CMAKE_COMMAND} -S "${WORK}/library" -B "${WORK}/library/build" -G "${GENERATOR}" -DHOW=${HOW}
      "-DCMAKE_INSTALL_PREFIX=${prefix}")
  run(${CMAKE_COMMAND} --build "${WORK}/library/build")
  run(${CMAKE_COMMAND} --install "${WORK}/library/build")
endif()

if(HOW STREQUAL "none")
  set(expected "Could NOT find Llhttp")
  execute_process(COMMAND ${CMAKE_COMMAND} -S "${PROJECT}" -B "${WORK}/build" ${settings} "-DLlhttp_ORIGINS=config"
                  RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT failed)
    message(FATAL_ERROR "found where there is none:\n${output}")
  endif()
else()
  if(HOW STREQUAL "sources")
    set(expected "found: sources ")
    list(APPEND settings "-DLlhttp_ORIGINS=sources")
  elseif(HOW STREQUAL "pkg-config")
    set(expected "found: pkg-config ")
  else()
    set(expected "found: config ")
  endif()
  run(${CMAKE_COMMAND} -S "${PROJECT}" -B "${WORK}/build" ${settings})
  set(said "${output}")
  run(${CMAKE_COMMAND} --build "${WORK}/build")
  run("${WORK}/build/parse")
  set(output "${said}")
  file(STRINGS "${SHARE}/include/llhttp/llhttp.h" version REGEX "LLHTTP_VERSION_(MAJOR|MINOR|PATCH) ")
  string(REGEX MATCHALL "[0-9]+" version "${version}")
  list(JOIN version "." version)
  string(APPEND expected "${version}")
endif()
string(FIND "${output}" "${expected}" place)
if(place EQUAL -1)
  message(FATAL_ERROR "no '${expected}' in:\n${output}")
endif()
file(REMOVE_RECURSE "${WORK}")
