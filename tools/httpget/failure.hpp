#pragma once

#include <string>
#include <string_view>
#include <system_error>

#include "tools/httpget/exit_code.hpp"

namespace halo::httpget {

/// Why something was not fetched, for people and for scripts.
struct Failure {
  ExitCode code = ExitCode::kSuccess;
  std::string why;  ///< one line, control bytes escaped
  std::string fix;  ///< what to do about it; empty: there is nothing to advise

  explicit operator bool() const noexcept { return code != ExitCode::kSuccess; }
};

/// A failure in the words of `error`. `details`, if there are any, say it more exactly.
Failure describe_failure(std::error_code error, Stage stage, std::string_view details = {});

/// A status that --fail or --continue does not take.
Failure describe_status(int status, std::string_view reason);

}  // namespace halo::httpget
