#include "tools/httpget/retry_policy.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace halo::httpget {
namespace {

constexpr Duration kFirstDelay = std::chrono::seconds(1);
constexpr Duration kDelayMax = std::chrono::seconds(60);
constexpr std::size_t kDoublings = 6;  // more pass kDelayMax
static_assert(kFirstDelay * (1 << kDoublings) > kDelayMax);

/// See: RFC 9110, 9.2.2.
bool is_idempotent(std::string_view method) {
  constexpr std::array<std::string_view, 6> kMethods = {"GET", "HEAD",   "OPTIONS",
                                                        "PUT", "DELETE", "TRACE"};
  return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

}  // namespace

bool is_worth_a_retry(std::string_view method, ExitCode code, bool sent) {
  if (sent && !is_idempotent(method)) {
    return false;
  }
  switch (code) {
    case ExitCode::kResolveProxy:
    case ExitCode::kResolveHost:
    case ExitCode::kConnect:
    case ExitCode::kPartial:
    case ExitCode::kTimeout:
    case ExitCode::kEmptyReply:
    case ExitCode::kSend:
    case ExitCode::kReceive:
      return true;
    default:
      return false;
  }
}

bool is_worth_a_retry(std::string_view method, int status) {
  switch (status) {
    case 408:
    case 429:
    case 503:
      return true;
    case 500:
    case 502:
    case 504:
      return is_idempotent(method);
    default:
      return false;
  }
}

std::optional<Duration> retry_delay(std::size_t retry, std::optional<Duration> retry_after,
                                    double jitter) {
  if (retry_after) {
    return *retry_after <= kRetryAfterMax ? retry_after : std::nullopt;
  }
  const Duration delay = std::min(kFirstDelay * (1 << std::min(retry, kDoublings)), kDelayMax);
  const std::chrono::duration<double, std::nano> extra = delay * (jitter / 4);
  return delay + std::chrono::duration_cast<Duration>(extra);
}

}  // namespace halo::httpget
