#include <fmt/format.h>

#include "bench/report/comparison.hpp"
#include "bench/report/sections.hpp"
#include "bench/verdict.hpp"

namespace halo::bench::report {
namespace {

constexpr double kNoisy = 2;  // from end to end of an interval: more rounds would tell

/// "1.42 times (95 %: 1.38 to 1.47)"
std::string times(const Estimate& ratio) {
  return fmt::format("{:.2f} times (95 %: {:.2f} to {:.2f})", ratio.ratio, ratio.low, ratio.high);
}

/// "(0.97 to 1.04 times)"
std::string no_difference(const Estimate& ratio) {
  return fmt::format("({:.2f} to {:.2f} times{})", ratio.low, ratio.high,
                     ratio.high > kNoisy * ratio.low ? ", too noisy to tell" : "");
}

/// What an answer costs, to follow a sentence about `mine`; `subject`: who is spoken of.
std::string cpu_clause(const ModelResult& mine, const ModelResult& theirs,
                       std::string_view subject) {
  const std::optional<Estimate> cpu = compare(mine, theirs, &Figures::server_cpu_us);
  if (!cpu) {
    return "; the CPU time for each could not be compared";
  }
  return cpu->differs() ? fmt::format("{} takes {} the CPU time for each", subject, times(*cpu))
                        : fmt::format("; no difference shown in the CPU time for each {}",
                                      no_difference(*cpu));
}

/// The first model that can be compared and is not `opponent`, by its throughput.
const ModelResult* best_against(const ScenarioResult& result, const ModelResult& opponent) {
  const ModelResult* best = nullptr;
  double best_ratio = 0;
  for (const ModelResult& model : result.models) {
    if (&model == &opponent || (is_ceiling(model.model.name) && !is_ceiling(opponent.model.name))) {
      continue;
    }
    const std::optional<Estimate> ratio = compare(model, opponent, &Figures::requests_per_s);
    if (ratio && (best == nullptr || ratio->ratio > best_ratio)) {
      best = &model;
      best_ratio = ratio->ratio;
    }
  }
  return best;
}

std::string comparison(const ScenarioResult& result) {
  const ModelResult* const opponent = find_model(result, result.scenario.opponent);
  const ModelResult* const best = opponent == nullptr ? nullptr : best_against(result, *opponent);
  if (best == nullptr) {
    return fmt::format(
        "Nothing to compare: it takes {} rounds of two models that were both measured",
        kRoundsForVerdict);
  }
  const Estimate ratio = *compare(*best, *opponent, &Figures::requests_per_s);
  if (!ratio.differs()) {
    return fmt::format("No difference shown between {} and {} in answers a second {}{}",
                       best->model.name, opponent->model.name, no_difference(ratio),
                       cpu_clause(*best, *opponent, "; " + best->model.name));
  }
  return fmt::format("{} gives {} as many answers a second as {}{}", best->model.name, times(ratio),
                     opponent->model.name, cpu_clause(*best, *opponent, ", and"));
}

}  // namespace

std::string answer(const ScenarioResult& result) {
  std::string text = comparison(result);
  for (const ModelResult& model : result.models) {
    if (const std::string trouble = trouble_of(model); !trouble.empty()) {
      text += fmt::format("; {}: {}", model.model.name, trouble);
    }
  }
  return text + ".";
}

}  // namespace halo::bench::report
