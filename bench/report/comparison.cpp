#include "bench/report/comparison.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "bench/report/model_styles.hpp"
#include "bench/statistics.hpp"
#include "bench/verdict.hpp"

namespace halo::bench::report {
namespace {

std::string_view word_for(Outcome outcome) {
  switch (outcome) {
    case Outcome::kFailed:
      return "failed";
    case Outcome::kLoadNotReached:
      return "load not reached";
    case Outcome::kInterrupted:
      return "interrupted";
    case Outcome::kMeasured:
      break;
  }
  return "measured";
}

}  // namespace

std::string trouble_of(const ModelResult& model) {
  if (model.rounds.empty()) {
    return "not run";
  }
  const Run* last = nullptr;
  for (const Run& run : model.rounds) {
    if (run.outcome != Outcome::kMeasured) {
      last = &run;
    }
  }
  if (last == nullptr) {
    return "";
  }
  const std::size_t measured = rounds_measured(model);
  const std::string rounds =
      measured == 0
          ? ""
          : fmt::format("{} of {} rounds ", model.rounds.size() - measured, model.rounds.size());
  return fmt::format("{}{}{}{}", rounds, word_for(last->outcome), last->reason.empty() ? "" : ": ",
                     last->reason);
}

Measured measured(const ModelResult& model, Figure figure, Unit unit) {
  std::vector<double> values;
  for (const Run& run : model.rounds) {
    if (run.outcome == Outcome::kMeasured && run.figures.*figure) {
      values.push_back(*(run.figures.*figure));
    }
  }
  const std::string trouble = trouble_of(model);
  const std::optional<Spread> of_rounds = spread(values);
  if (!of_rounds) {
    return {{}, 0, 0, trouble.empty() ? "not known on this system" : trouble};
  }
  std::string note = format_value(of_rounds->median, unit);
  if (values.size() > 1) {
    note += fmt::format(" ({} to {})", format_value(of_rounds->min, unit),
                        format_value(of_rounds->max, unit));
  }
  return {of_rounds->median, of_rounds->min, of_rounds->max,
          trouble.empty() ? note : fmt::format("{}; {}", note, trouble)};
}

std::optional<Estimate> compare(const ModelResult& mine, const ModelResult& theirs, Figure figure) {
  const std::vector<double> ratios = round_ratios(mine, theirs, figure);
  // A ratio of 0 has no logarithm: the figure was too small for its clock.
  const bool too_small =
      std::any_of(ratios.begin(), ratios.end(), [](double ratio) { return ratio <= 0; });
  if (too_small || ratios.size() < kRoundsForVerdict) {
    return std::nullopt;
  }
  return estimate(ratios);
}

std::string format_estimate(const Estimate& estimate) {
  return fmt::format("{:.2f}x (95 %: {:.2f} to {:.2f})", estimate.ratio, estimate.low,
                     estimate.high);
}

Winner winner(const ScenarioResult& result, Figure figure, bool more_is_better) {
  Winner winner;
  const ModelResult* const opponent = find_model(result, result.scenario.opponent);
  if (opponent == nullptr || is_ceiling(opponent->model.name)) {
    return winner;
  }
  bool all_worse = true;
  bool any_better = false;
  for (const ModelResult& model : result.models) {
    if (&model == opponent || is_ceiling(model.model.name)) {
      continue;
    }
    const std::optional<Estimate> ratio = compare(model, *opponent, figure);
    if (!ratio) {
      continue;
    }
    const bool better = ratio->differs() && (ratio->ratio > 1) == more_is_better;
    all_worse = all_worse && ratio->differs() && !better;
    any_better = any_better || better;
    if (!winner.ratio || (ratio->ratio > winner.ratio->ratio) == more_is_better) {
      winner.ratio = ratio;
      winner.contender = model.model.name;
    }
  }
  if (winner.ratio) {
    winner.standing = any_better  ? Standing::kContender
                      : all_worse ? Standing::kOpponent
                                  : Standing::kTie;
  }
  return winner;
}

}  // namespace halo::bench::report
