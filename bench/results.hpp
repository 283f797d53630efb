#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/datagram_counts.hpp"
#include "bench/error_counts.hpp"
#include "bench/figures.hpp"
#include "bench/histogram/histogram.hpp"
#include "bench/open_loop_result.hpp"
#include "bench/plan.hpp"
#include "bench/scenarios.hpp"
#include "bench/statistics.hpp"
#include "bench/time_series.hpp"

namespace halo::bench {

enum class Outcome : std::uint8_t {
  kMeasured,
  kFailed,          ///< wrong or missing answers, or the server failed: `reason` says it
  kLoadNotReached,  ///< fewer connections than asked: `reason` says it
  kInterrupted,
};

/// What kept the machine busy besides us while a round was measured, in cores. Empty: not known on
/// this system.
struct Disturbance {
  std::optional<double> others;  ///< processes that are not ours
  std::optional<double> stolen;  ///< by the host of a virtual machine
};

/// One server under one load.
struct Run {
  Outcome outcome = Outcome::kMeasured;
  std::string reason;
  Figures figures;  ///< of all slices together; empty unless measured
  /// Of each slice, in the order of time: requests/s, p50 and CPU. The slices of the same place of
  /// two models lie next to each other. Empty: the models did not alternate.
  std::vector<Figures> slices;
  std::uint64_t answers = 0;
  ErrorCounts errors;
  std::optional<DatagramCounts> datagrams;  ///< of a load over datagrams, the warm-up included
  std::string_view bottleneck = "n/a";
  TimeSeries series;        ///< of the slices, one after the other
  Disturbance disturbance;  ///< the same for all models of a round that alternate
};

/// All rounds of one model in one scenario.
struct ModelResult {
  Model model;
  std::vector<std::string> command;  ///< as it was started
  std::vector<Run> rounds;
  Histogram latency;                        ///< of all rounds together: service time
  std::optional<OpenLoopResult> open_loop;  ///< all rounds together; empty: none was asked for
};

struct ScenarioResult {
  Scenario scenario;
  std::vector<ModelResult> models;
  /// Of all models, questions a second. Empty: not known, or none asked for.
  std::optional<double> open_loop_rate = std::nullopt;
  std::size_t rounds_repeated = 0;  ///< since the machine was busy with something else
};

struct Results {
  std::vector<ScenarioResult> scenarios;
  std::vector<LeftOut> left_out;
  std::size_t rounds = 0;   ///< that were begun
  std::string rounds_note;  ///< why there are fewer than asked, if so
  bool interrupted = false;
};

/// The model of that name, or null.
const ModelResult* find_model(const ScenarioResult& result, std::string_view name);

/// The median of each figure over the rounds that were measured.
Figures medians(const ModelResult& model);

/// Of `mine` to `theirs`, one for each round in which both were measured: the median of what the
/// slices of the round say that lie next to each other, or else of the round as a whole.
std::vector<double> round_ratios(const ModelResult& mine, const ModelResult& theirs, Figure figure);

/// Where these lie. Empty: there are none.
std::optional<Spread> ratio(const ModelResult& mine, const ModelResult& theirs, Figure figure);

/// What they say of the models, with its interval. Empty: there are fewer than two.
std::optional<Estimate> ratio_estimate(const ModelResult& mine, const ModelResult& theirs,
                                       Figure figure);

std::size_t rounds_measured(const ModelResult& model);

/// Errors of all rounds together.
ErrorCounts errors_of(const ModelResult& model);

/// What became of the datagrams of all rounds together; empty: no round sent any.
std::optional<DatagramCounts> datagrams_of(const ModelResult& model);

/// What most rounds say.
std::string_view bottleneck_of(const ModelResult& model);

}  // namespace halo::bench
