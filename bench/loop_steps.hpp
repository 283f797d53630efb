#pragma once

#include "reactor/event_loop.hpp"
#include "reactor/time.hpp"

namespace halo::bench {

/// For the server's threads to go to sleep, or to end, after the last answer.
inline constexpr Duration kRest = std::chrono::milliseconds(2);

/// Runs `loop` until `done()` says so, at most for `limit`. Returns whether it was done.
/// A measurement reads as a sequence of steps, and this is how each of them waits.
template <class Done>
bool run_until(EventLoop& loop, Duration limit, Done done) {
  const TimePoint deadline = saturating_add(loop.now(), limit);
  while (!done()) {
    const Duration left = deadline - loop.now();
    if (left <= Duration::zero()) {
      return false;
    }
    (void)loop.run_once(left);  // how much was served does not matter
  }
  return true;
}

/// Runs `loop` until nothing has happened for kRest, or for long enough.
inline void rest(EventLoop& loop) {
  constexpr int kTurnsMax = 100;  // whoever still sends then does not rest
  for (int turn = 0; turn < kTurnsMax && loop.run_once(kRest) > 0; ++turn) {
  }
}

}  // namespace halo::bench
