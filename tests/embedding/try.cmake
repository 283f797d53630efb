# cmake -DHOW=installed|subdirectory -DSOURCES=dir -DWORK=dir -DPYTHON=program -DGENERATOR=name -DCXX=compiler
#       [-DCONFIG=name] [-DFLAGS=flags] [-DLAUNCHER=program] [-DHTTP=ON] [-DTLS=ON] -P try.cmake
# Builds the embedding samples in the folder WORK, against an installation or with the sources, and runs them.

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(failed)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK}")
set(settings -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_BUILD_TYPE=${CONFIG}" "-DCMAKE_CXX_FLAGS=${FLAGS}"
    "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}")
if(HOW STREQUAL "installed")
  # Not of the build at hand, which may hold what is for tests only.
  run(${CMAKE_COMMAND} -S "${SOURCES}" -B "${WORK}/halo" ${settings} -DHALO_BUILD_SERVERS=OFF -DHALO_BUILD_BENCH=OFF
      -DHALO_BUILD_TOOLS=OFF -DHALO_BUILD_TESTS=OFF "-DHALO_WITH_HTTP=${HTTP}" "-DHALO_WITH_TLS=${TLS}")
  run(${CMAKE_COMMAND} --build "${WORK}/halo" --config "${CONFIG}")
  run(${CMAKE_COMMAND} --install "${WORK}/halo" --config "${CONFIG}" --prefix "${WORK}/prefix")
  # Moved: an installed tree must not remember where it was made.
  file(RENAME "${WORK}/prefix" "${WORK}/moved")
  list(APPEND settings "-DCMAKE_PREFIX_PATH=${WORK}/moved")
else()
  list(APPEND settings "-DHALO_SOURCES=${SOURCES}")
endif()

run(${CMAKE_COMMAND} -S "${CMAKE_CURRENT_LIST_DIR}/${HOW}" -B "${WORK}/build" ${settings})
run(${CMAKE_COMMAND} --build "${WORK}/build" --config "${CONFIG}")
run("${PYTHON}" "${CMAKE_CURRENT_LIST_DIR}/try_echo_server.py" "${WORK}/build/echo_server")
if(HTTP)
  run("${PYTHON}" "${CMAKE_CURRENT_LIST_DIR}/try_page_client.py" "${WORK}/build/page_client")
endif()
if(TLS)
  run("${WORK}/build/tls_client")
endif()

file(REMOVE_RECURSE "${WORK}")
