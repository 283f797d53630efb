#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "reactor/time.hpp"
#include "tools/httpget/exit_code.hpp"

namespace halo::httpget {

/// Whether a failure may go away by itself and nothing can happen twice by another try. `sent`:
/// whether the server may have seen the request.
bool is_worth_a_retry(std::string_view method, ExitCode code, bool sent);

/// The same of a status. Only what a server says before it acts (408, 429, 503) lets a method that
/// is not idempotent be sent again.
bool is_worth_a_retry(std::string_view method, int status);

/// How long to wait before the retry number `retry`, from 0: 1 s, 2 s, 4 s ... 60 s, by up to a
/// quarter longer as `jitter`, from 0 to 1, says, so that many clients do not come back as one; or
/// what the server asked for. Nothing where that is more than kRetryAfterMax: then not again.
std::optional<Duration> retry_delay(std::size_t retry, std::optional<Duration> retry_after,
                                    double jitter);

/// A server that asks for a longer pause is not waited for: somebody sits in front of a terminal.
inline constexpr Duration kRetryAfterMax = std::chrono::minutes(10);

}  // namespace halo::httpget
