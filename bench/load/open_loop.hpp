#pragma once

#include <cstddef>
#include <cstdint>

#include "bench/interrupt.hpp"
#include "bench/load/asking.hpp"
#include "bench/load/schedule.hpp"
#include "bench/load/tallies.hpp"
#include "bench/open_loop_result.hpp"
#include "reactor/event_loop.hpp"

namespace halo::bench::load {

struct OpenLoopOptions {
  std::size_t connections = 1;
  std::size_t depth = 1;
  double rate = 1000;  ///< questions a second of all connections together
  Arrivals arrivals = Arrivals::kConstant;
  std::uint64_t seed = 1;
  Duration warm_up{};
  Duration window = std::chrono::seconds(1);
  Duration timeout = std::chrono::seconds(5);
};

/// An open loop on a loop of the caller's, without a thread. Meanwhile the calling thread's
/// timers are exact. *Thread:* the loop's, outside of its callbacks.
Tallies run_open_loop(EventLoop& loop, const Asking& asking, const OpenLoopOptions& options,
                      const Interrupt& interrupt);

/// The part of the tallies that says how well the server kept up with `rate`.
OpenLoopResult open_loop_result(double rate, const Tallies& tallies);

}  // namespace halo::bench::load
