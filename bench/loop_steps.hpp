#pragma once

#include "reactor/event_loop.hpp"
#include "reactor/time.hpp"

namespace halo::bench {

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

}  // namespace halo::bench
