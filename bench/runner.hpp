#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "bench/measure.hpp"
#include "bench/results.hpp"

namespace halo::bench {

struct RunnerSettings {
  RunSettings run;
  std::size_t rounds = 1;
  /// No round begins that would probably end after this time; empty: all of them do.
  std::optional<Duration> time_max;
};

/// Measures all scenarios once, then once more, ... so that whatever the machine does besides hits
/// all models the same. Within a round the models of a scenario follow one another directly; who is
/// the first changes from round to round. Says on standard error when a run fails.
Results run_all(EventLoop& loop, const std::vector<Scenario>& scenarios,
                const RunnerSettings& settings, const Interrupt& interrupt);

}  // namespace halo::bench
