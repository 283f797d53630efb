#include "bench/measure.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "bench/contestant.hpp"
#include "bench/machine_times.hpp"
#include "bench/process_stats.hpp"
#include "bench/units.hpp"

namespace halo::bench {
namespace {

// Short against what a neighbour on the machine does, long against the 2 ms of rest behind it.
constexpr Duration kSliceMin = std::chrono::milliseconds(50);

using Contestants = std::vector<std::unique_ptr<Contestant>>;

/// What the machine and we have used at one moment.
struct Usage {
  TimePoint when = monotonic_clock().now();
  std::optional<MachineTimes> machine = machine_times();
  std::optional<Duration> ours = own_cpu_time();

  explicit Usage(const Contestants& contestants) {
    for (const auto& one : contestants) {
      if (!one->failed()) {
        ours = sum(ours, one->server_cpu());
      }
    }
  }
};

Disturbance disturbance(const Usage& begin, const Usage& end) {
  if (!begin.machine || !end.machine || !begin.ours || !end.ours || end.when <= begin.when) {
    return {};
  }
  const Duration length = end.when - begin.when;
  const Duration busy = end.machine->busy - begin.machine->busy;
  const Duration others = std::max(busy - (*end.ours - *begin.ours), Duration::zero());
  const Duration stolen = end.machine->stolen - begin.machine->stolen;
  return {seconds(others) / seconds(length), seconds(stolen) / seconds(length)};
}

Duration longest_turn(const Contestants& contestants) {
  Duration longest{};
  for (const auto& one : contestants) {
    longest = std::max(longest, one->failed() ? Duration::zero() : one->turn());
  }
  return longest;
}

/// All slices of those who live side by side.
Disturbance alternate(const Contestants& contestants, Duration window) {
  const Slices slices = cut(window, longest_turn(contestants));
  const Usage begin(contestants);
  for (std::size_t slice = 0; slice < slices.count; ++slice) {
    for (const std::size_t turn : order_of(slice, contestants.size())) {
      contestants[turn]->take_slice(slices.length);  // nothing, when we are interrupted
    }
  }
  const Disturbance meanwhile = disturbance(begin, Usage(contestants));
  for (const auto& one : contestants) {
    one->sum_up();
  }
  return meanwhile;
}

std::optional<double> rate_for(const Contestants& contestants) {
  std::vector<std::optional<double>> answers_per_s;
  answers_per_s.reserve(contestants.size());
  for (const auto& one : contestants) {
    answers_per_s.push_back(one->answers_per_s());
  }
  return common_rate(answers_per_s);
}

/// What runs of servers that live apart suggest for the next round.
std::optional<double> rate_for(const std::vector<Run>& runs) {
  std::vector<std::optional<double>> answers_per_s;
  answers_per_s.reserve(runs.size());
  for (const Run& run : runs) {
    answers_per_s.push_back(run.figures.requests_per_s);
  }
  return common_rate(answers_per_s);
}

}  // namespace

std::vector<std::size_t> order_of(std::size_t slice, std::size_t models) {
  std::vector<std::size_t> order(models);
  for (std::size_t i = 0; i < models; ++i) {
    order[i] = (slice / 2 + i) % models;
  }
  if (slice % 2 == 1) {
    std::reverse(order.begin(), order.end());
  }
  return order;
}

std::optional<double> common_rate(std::span<const std::optional<double>> answers_per_s) {
  std::optional<double> slowest;
  for (const std::optional<double>& one : answers_per_s) {
    if (one) {
      slowest = std::min(*one, slowest.value_or(*one));
    }
  }
  return slowest ? std::optional(std::max(1.0, std::floor(*slowest / 2))) : std::nullopt;
}

Slices cut(Duration window, Duration turn) {
  const Duration length = std::min(std::max(kSliceMin, 2 * turn), window);
  return {length, static_cast<std::size_t>(std::max<Duration::rep>(1, window / length))};
}

RoundResult measure_round(EventLoop& loop, const Scenario& scenario, std::size_t first,
                          const RunSettings& settings, const Interrupt& interrupt,
                          std::optional<double> open_loop_rate) {
  const std::size_t count = scenario.models.size();
  RoundResult result;
  result.runs.resize(count);
  result.latencies.resize(count);
  result.open_loops.resize(count);
  result.open_loop_rate = open_loop_rate;
  const std::size_t together = scenario.apart ? 1 : count;
  for (std::size_t begun = 0; begun < count; begun += together) {
    Contestants contestants;
    std::vector<std::size_t> places;
    for (std::size_t i = begun; i < begun + together; ++i) {
      places.push_back((first + i) % count);
      contestants.push_back(std::make_unique<Contestant>(
          loop, scenario, scenario.models[places.back()], settings, interrupt));
      contestants.back()->prepare();
    }
    const Disturbance meanwhile = alternate(contestants, settings.window);
    if (scenario.open_loop && !scenario.apart && !result.open_loop_rate) {
      result.open_loop_rate = rate_for(contestants);
    }
    for (const auto& one : contestants) {
      if (scenario.open_loop && result.open_loop_rate) {
        one->take_open_loop(*result.open_loop_rate, settings.window);
      }
    }
    for (const auto& one : contestants) {
      one->close();  // every connection, before any server goes
    }
    for (std::size_t i = 0; i < together; ++i) {
      Run& run = result.runs[places[i]];
      run = contestants[i]->finish();
      run.disturbance = meanwhile;
      if (scenario.apart) {
        run.slices.clear();  // those of the others are far away
      }
      result.latencies[places[i]] = contestants[i]->latency();
      result.open_loops[places[i]] = contestants[i]->open_loop();
    }
  }
  if (scenario.open_loop && !result.open_loop_rate) {
    result.open_loop_rate = rate_for(result.runs);
  }
  return result;
}

}  // namespace halo::bench
