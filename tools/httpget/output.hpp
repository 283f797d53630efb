#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <system_error>

#include "reactor/result.hpp"

namespace halo::httpget {

/// Where a body goes. *Owner:* its download. *Thread:* one.
///
/// 1. What was not finished is taken back, where it can be: a file that is there under the final
/// name is whole, and an older one stays as it was until then.
/// 2. After an error only destruction makes sense.
class Output {
 public:
  virtual ~Output() = default;

  /// Appends. Fails with the system's word: ENOSPC, EFBIG, EPIPE, ...
  [[nodiscard]] virtual std::error_code write(std::span<const std::byte> bytes) = 0;

  /// Takes back what was written, for another try. Fails with ESPIPE where it has left us.
  [[nodiscard]] virtual std::error_code restart() = 0;

  /// The body is whole. Fails with the system's word; then nothing was saved.
  [[nodiscard]] virtual std::error_code finish() = 0;
};

/// A file that gets its name when it is whole: until then it lies beside it under a temporary one.
/// A device or pipe is written to as it is; "-" is standard output. `mode`: of new files.
/// Fails with the system's word, before anything was asked of a server.
Result<std::unique_ptr<Output>> open_output(const std::string& path, mode_t mode);

}  // namespace halo::httpget
