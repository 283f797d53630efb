#pragma once

#include <chrono>

namespace halo {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

/// Where a loop gets its time from: the monotonic clock, or a test's own.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const noexcept = 0;
};

/// The system's monotonic clock. *Thread:* any. *Lifetime:* static.
const Clock& monotonic_clock() noexcept;

/// `start + length`, or the end of time where that would overflow.
constexpr TimePoint saturating_add(TimePoint start, Duration length) noexcept {
  if (length > Duration::zero() && start > TimePoint::max() - length) {
    return TimePoint::max();
  }
  return start + length;
}

}  // namespace halo
