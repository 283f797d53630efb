#include "bench/results.hpp"

#include <algorithm>
#include <map>

namespace halo::bench {

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

std::optional<Spread> ratio(const ModelResult& mine, const ModelResult& theirs, Figure figure) {
  std::vector<Pair> rounds;
  const std::size_t count = std::min(mine.rounds.size(), theirs.rounds.size());
  for (std::size_t i = 0; i < count; ++i) {
    rounds.push_back({mine.rounds[i].figures.*figure, theirs.rounds[i].figures.*figure});
  }
  return spread(paired_ratios(rounds));
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
