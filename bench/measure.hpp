#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "bench/cpu_affinity.hpp"
#include "bench/histogram/histogram.hpp"
#include "bench/interrupt.hpp"
#include "bench/results.hpp"
#include "bench/scenarios.hpp"
#include "reactor/event_loop.hpp"

namespace halo::bench {

struct RunSettings {
  std::filesystem::path programs;  ///< the folder of the servers
  Duration warm_up{};              ///< of each server in each round, not counted
  Duration window{};               ///< of each server in each round: the sum of its slices
  std::optional<CorePair> cores;   ///< empty: not pinned
};

/// What a round has measured of each model of its scenario, in their order.
struct RoundResult {
  std::vector<Run> runs;
  std::vector<Histogram> latencies;                       ///< empty ones where a run has failed
  std::vector<std::optional<OpenLoopResult>> open_loops;  ///< empty ones where there was none
  std::optional<double> open_loop_rate;  ///< questions a second, for this and all further rounds
};

/// One round of a scenario. The servers of all models live side by side, each with its connections
/// open, and are loaded by turns in slices of some 50 ms: A B C, C B A, B C A, A C B, ... While one
/// is loaded the others rest. What the machine does besides hits neighbouring slices the same, so
/// that it leaves their ratio. Slices are longer, down to one for each model, where a turn through
/// all connections takes its time; a scenario whose servers live `apart` has each model's slices in
/// a row. Whatever happens in between, all servers are stopped. `first`: the model that begins.
///
/// Where the scenario says so, an open loop follows for each model: at `open_loop_rate` of earlier
/// rounds or, where that is empty, at one that this round's slices suggest. Servers that live apart
/// have none in the first round, for that rate is known at its end.
RoundResult measure_round(EventLoop& loop, const Scenario& scenario, std::size_t first,
                          const RunSettings& settings, const Interrupt& interrupt,
                          std::optional<double> open_loop_rate);

/// The rate that each model can hold: half of what the slowest answers in a closed loop, a whole
/// number. `answers_per_s`: of each model; an empty one has failed. Empty: all have.
std::optional<double> common_rate(std::span<const std::optional<double>> answers_per_s);

/// Who follows whom, by place: each is the first and the last as often as any other, and nobody
/// has the same one always before him, whose data then lies in the caches.
std::vector<std::size_t> order_of(std::size_t slice, std::size_t models);

/// What a round is cut into.
struct Slices {
  Duration length{};
  std::size_t count = 1;
};

/// The slices of a window, where all connections have been served once after `turn`: at most half
/// of the time goes into the beginnings and ends of slices.
Slices cut(Duration window, Duration turn);

}  // namespace halo::bench
