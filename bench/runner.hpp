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
/// all of them the same; who is the first in a scenario changes from round to round. A round during
/// which others kept the machine busy is measured again, and the quieter of the two counts, at most
/// for a third of the rounds and as long as that helps. Says on standard error when a run fails.
Results run_all(EventLoop& loop, const std::vector<Scenario>& scenarios,
                const RunnerSettings& settings, const Interrupt& interrupt);

/// What the others and the host have had of a round, in cores; zero where that is not known.
double noise_of(const RoundResult& round);

/// Which rounds are worth a second try. *Owner:* the runner.
class Repetition {
 public:
  /// Cores of others from which on a round is noisy. Half a percent of what is measured in
  /// neighbouring slices remains of a tenth of a core.
  static constexpr double kNoisy = 0.1;
  /// Second tries in a row that were noisy, too, after which there are no more: then the machine is
  /// simply busy.
  static constexpr std::size_t kInVainMax = 2;

  explicit Repetition(std::size_t rounds) : per_scenario_max_((rounds + 2) / 3) {}

  /// `repeated`: rounds of the same scenario that were.
  bool worth_it(double noise, std::size_t repeated) const noexcept {
    return noise > kNoisy && repeated < per_scenario_max_ && in_vain_ < kInVainMax;
  }
  /// `noise`: of the second try.
  void note(double noise) noexcept { in_vain_ = noise > kNoisy ? in_vain_ + 1 : 0; }

 private:
  const std::size_t per_scenario_max_;
  std::size_t in_vain_ = 0;
};

}  // namespace halo::bench
