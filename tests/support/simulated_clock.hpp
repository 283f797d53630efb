#pragma once

#include <atomic>

#include "reactor/time.hpp"

namespace halo::test {

/// A clock that moves when it is told to. *Thread:* any.
class SimulatedClock final : public Clock {
 public:
  TimePoint now() const noexcept override { return TimePoint(Duration(now_.load())); }

  void advance(Duration by) noexcept { now_ += by.count(); }

 private:
  // Not zero: code that takes a zero TimePoint for "never" must not be right by accident.
  std::atomic<Duration::rep> now_{1'000'000'000'000};
};

}  // namespace halo::test
