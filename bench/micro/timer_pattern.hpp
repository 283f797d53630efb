#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "reactor/time.hpp"

namespace halo::bench {

/// How timers are set in each benchmark of them, so that all libraries see the same: delays of up
/// to a minute, and a victim in no order that a cache could follow.
class TimerPattern {
 public:
  static constexpr Duration kSpread = std::chrono::seconds(60);

  Duration delay() { return Duration(1 + static_cast<std::int64_t>(random_() % kSpread.count())); }

  /// The next victim among `count` timers.
  std::size_t victim(std::size_t count) noexcept {
    next_ = (next_ + 7919) % count;  // a prime
    return next_;
  }

 private:
  std::mt19937_64 random_{1};
  std::size_t next_ = 0;
};

}  // namespace halo::bench
