# cmake -DSOURCE_DIR= -DGIT= -DTEMPLATE= -DOUTPUT= -DVERSION= -DCOMPILER= -DBUILD_TYPE= -P write_build_info.cmake
# Writes OUTPUT from TEMPLATE; leaves a file that would stay the same untouched.

set(COMMIT "unknown")
if(GIT AND EXISTS "${SOURCE_DIR}/.git") # a tarball inside somebody else's repository has no commit of its own
  execute_process(
    COMMAND "${GIT}" -C "${SOURCE_DIR}" describe --always --dirty --abbrev=12 --exclude=*
    OUTPUT_VARIABLE described
    RESULT_VARIABLE failed
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT failed)
    set(COMMIT "${described}")
  endif()
endif()
configure_file("${TEMPLATE}" "${OUTPUT}" @ONLY)
