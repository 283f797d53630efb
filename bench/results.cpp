#include "bench/results.hpp"

#include <algorithm>
#include <map>

namespace halo::bench {
namespace {

/// A disturbance that hits one slice moves neither the median nor, by that, the round. Empty: there
/// are no slices that both have.
std::optional<double> ratio_of_slices(const Run& mine, const Run& theirs, Figure figure) {
  std::vector<Pair> slices;
  const std::size_t count = std::min(mine.slices.size(), theirs.slices.size());
  slices.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    slices.push_back({mine.slices[i].*figure, theirs.slices[i].*figure});
  }
  return median(paired_ratios(slices));
}

}  // namespace

const ModelResult* find_model(const ScenarioResult& result, std::string_view name) {
  const auto found =
      std::find_if(result.models.begin(), result.models.end(),
                   [name](const ModelResult& model) { return model.model.name == name; });
  return found == result.models.end() ? nullptr : &*found;
}

Figures medians(const ModelResult& model) {
  Figures result;
  for (const NamedFigure& named : kFigures) {
    std::vector<double> values;
    for (const Run& run : model.rounds) {
      if (run.figures.*named.figure) {
        values.push_back(*(run.figures.*named.figure));
      }
    }
    result.*named.figure = median(values);
  }
  return result;
}

std::vector<double> round_ratios(const ModelResult& mine, const ModelResult& theirs,
                                 Figure figure) {
  std::vector<Pair> rounds;
  const std::size_t count = std::min(mine.rounds.size(), theirs.rounds.size());
  for (std::size_t i = 0; i < count; ++i) {
    const Run& my_run = mine.rounds[i];
    const Run& their_run = theirs.rounds[i];
    const std::optional<double> of_slices = ratio_of_slices(my_run, their_run, figure);
    rounds.push_back(of_slices ? Pair{of_slices, 1.0}
                               : Pair{my_run.figures.*figure, their_run.figures.*figure});
  }
  return paired_ratios(rounds);
}

std::optional<Spread> ratio(const ModelResult& mine, const ModelResult& theirs, Figure figure) {
  return spread(round_ratios(mine, theirs, figure));
}

std::optional<Estimate> ratio_estimate(const ModelResult& mine, const ModelResult& theirs,
                                       Figure figure) {
  return estimate(round_ratios(mine, theirs, figure));
}

std::size_t rounds_measured(const ModelResult& model) {
  return static_cast<std::size_t>(
      std::count_if(model.rounds.begin(), model.rounds.end(),
                    [](const Run& run) { return run.outcome == Outcome::kMeasured; }));
}

ErrorCounts errors_of(const ModelResult& model) {
  ErrorCounts errors;
  for (const Run& run : model.rounds) {
    for (const auto& [kind, times] : run.errors) {
      count_error(errors, kind, times);
    }
  }
  return errors;
}

std::optional<DatagramCounts> datagrams_of(const ModelResult& model) {
  std::optional<DatagramCounts> sum;
  for (const Run& run : model.rounds) {
    if (run.datagrams) {
      sum = sum.value_or(DatagramCounts{});
      *sum += *run.datagrams;
    }
  }
  return sum;
}

std::string_view bottleneck_of(const ModelResult& model) {
  std::map<std::string_view, std::size_t> votes;
  std::string_view winner = "n/a";
  for (const Run& run : model.rounds) {
    if (run.outcome == Outcome::kMeasured && ++votes[run.bottleneck] > votes[winner]) {
      winner = run.bottleneck;
    }
  }
  return winner;
}

}  // namespace halo::bench
