#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "reactor/result.hpp"

namespace halo::httpget {

/// What a path that a body is to be saved under leads to.
struct SaveTarget {
  enum class Kind : std::uint8_t {
    kFile,    ///< a file, or nothing yet
    kStream,  ///< a device, a pipe: written to as it is, never replaced
  };

  Kind kind = Kind::kFile;
  std::string path;  ///< behind symbolic links, which stay
  mode_t mode = 0;   ///< the permissions of the file to be: those it has, if there is one
};

/// Looks where `path` leads. Nothing is changed. `mode`: of new files. Fails with EISDIR, with
/// EACCES where a file is that we may not write, with ENAMETOOLONG, and the system's other words.
Result<SaveTarget> find_save_target(const std::string& path, mode_t mode);

}  // namespace halo::httpget
