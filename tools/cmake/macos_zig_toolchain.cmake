# Compiles for macOS on Linux, with what zig brings along: clang, Darwin's headers, libc++, a linker. `tools/cross-macos` fetches
# it and uses the presets macos-cross-x86_64 and macos-cross-aarch64, which read this file and set:
#   HALO_MACOS_ARCH   x86_64 or aarch64
#   HALO_ZIG          the program zig; by default the one on the PATH

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES HALO_MACOS_ARCH HALO_ZIG HALO_ZIG_CC HALO_ZIG_CXX)
find_program(HALO_ZIG zig DOC "The zig that compiles for macOS")
if(NOT HALO_ZIG)
  message(FATAL_ERROR "There is no zig on the PATH. Fix: tools/cross-macos, which fetches it, or -DHALO_ZIG=FILE")
endif()

# ccache takes a compiler of one word, and knows by its name what kind it is.
function(halo_wrap_zig variable name subcommand)
  if(NOT ${variable})
    set(wrapper "${CMAKE_BINARY_DIR}/zig/${name}")
    file(CONFIGURE OUTPUT "${wrapper}" CONTENT "#!/bin/sh\nexec '@HALO_ZIG@' @subcommand@ \"$@\"\n" @ONLY)
    file(CHMOD "${wrapper}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
    set(${variable} "${wrapper}" PARENT_SCOPE)
  endif()
endfunction()
halo_wrap_zig(HALO_ZIG_CC clang cc) # for llhttp, where it comes as sources
halo_wrap_zig(HALO_ZIG_CXX clang++ c++)
find_program(HALO_CCACHE ccache DOC "Compiler cache, used where found")

set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_PROCESSOR "${HALO_MACOS_ARCH}")
set(CMAKE_C_COMPILER "${HALO_ZIG_CC}")
set(CMAKE_CXX_COMPILER "${HALO_ZIG_CXX}")
set(CMAKE_AR "${HALO_ZIG}")
set(CMAKE_RANLIB "${HALO_ZIG}")
set(CMAKE_INSTALL_NAME_TOOL "/bin/false") # CMake asks for one; only an install would run it
set(CMAKE_SIZEOF_VOID_P 8)
foreach(language IN ITEMS C CXX)
  # The first macOS of Apple's own processors. Also the first whose libc++ has std::latch and std::atomic::wait.
  set(CMAKE_${language}_COMPILER_TARGET "${HALO_MACOS_ARCH}-macos.11.0-none")
  if(HALO_CCACHE) # by its content, for each build tree has a new one
    set(CMAKE_${language}_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_COMPILERCHECK=content "${HALO_CCACHE}")
  endif()
  # Told, for CMake would ask by an option of Apple's linker that this one has not.
  set(CMAKE_${language}_ABI_COMPILED ON)
  set(CMAKE_${language}_SIZEOF_DATA_PTR 8)
  set(CMAKE_${language}_ARCHIVE_CREATE "<CMAKE_AR> ar qc <TARGET> <LINK_FLAGS> <OBJECTS>")
  set(CMAKE_${language}_ARCHIVE_APPEND "<CMAKE_AR> ar q <TARGET> <LINK_FLAGS> <OBJECTS>")
  set(CMAKE_${language}_ARCHIVE_FINISH "<CMAKE_RANLIB> ranlib <TARGET>")
endforeach()

# Nothing of the machine that this runs on: its libraries and headers are Linux's.
set(CMAKE_FIND_ROOT_PATH "${CMAKE_BINARY_DIR}/packages")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
