#include "bench/load/open_loop.hpp"

#include "bench/load/crew.hpp"
#include "bench/load/driver.hpp"
#include "bench/load/text.hpp"
#include "bench/load/timer_slack.hpp"

namespace halo::bench::load {

Tallies run_open_loop(EventLoop& loop, const Asking& asking, const OpenLoopOptions& options,
                      const Interrupt& interrupt) {
  const ExactTimers exact;
  DriverOptions driven;
  driven.lanes = options.connections;
  driven.depth = options.depth;
  driven.schedule = ScheduleOptions{.rate = options.rate,
                                    .phase = 1,
                                    .ramp = {},
                                    .arrivals = options.arrivals,
                                    .seed = options.seed};
  driven.timing = {
      .ramp = {}, .warm_up = options.warm_up, .window = options.window, .timeout = options.timeout};
  Driver driver(loop, driven,
                make_lanes(asking, options.connections, options.depth, options.timeout),
                [&interrupt] { return static_cast<bool>(interrupt); });
  if (driver.open(Crew::kOpenLimit) > 0) {
    driver.run(monotonic_clock().now());
  }
  return driver.tallies();
}

OpenLoopResult open_loop_result(double rate, const Tallies& tallies) {
  return {.rate_asked = rate,
          .rate_reached = answers_per_s(tallies),
          .missed = tallies.missed,
          .response = tallies.latency.response,
          .service = tallies.latency.service,
          .length = tallies.length,
          .p99s = {tallies.latency.response.percentile(99)}};
}

}  // namespace halo::bench::load
