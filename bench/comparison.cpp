#include "bench/comparison.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace halo::bench {
namespace {

struct Criterion {
  std::string_view figure, title;
  bool more_is_better;
};
constexpr std::array kCriteria = {
    Criterion{"requests_per_s", "requests/s", true},
    Criterion{"p50_us", "p50 us", false},
    Criterion{"server_cpu_us_per_request", "CPU us/req", false},
};

template <class Named>
const Named* find(const std::vector<Named>& all, std::string_view name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [name](const Named& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

const std::vector<double>* find_values(
    const std::map<std::string, std::vector<double>, std::less<>>& figures, std::string_view name) {
  const auto found = figures.find(name);
  return found == figures.end() || found->second.empty() ? nullptr : &found->second;
}

Change judge(const Estimate& found, bool more_is_better, double bound) {
  if (!found.differs()) {
    return Change::kNone;
  }
  if ((found.ratio > 1) == more_is_better) {
    return Change::kBetter;
  }
  const bool beyond = more_is_better ? found.high < 1 / (1 + bound) : found.low > 1 + bound;
  return beyond ? Change::kRegression : Change::kWorse;
}

/// The ratios to a baseline that both runs have.
std::optional<Estimate> to_baseline(const SavedModel& before, const SavedModel& after,
                                    std::string_view figure) {
  const std::vector<double>* const old_ratios = find_values(before.ratios, figure);
  const std::vector<double>* const new_ratios = find_values(after.ratios, figure);
  return old_ratios != nullptr && new_ratios != nullptr
             ? estimate_unpaired(*new_ratios, *old_ratios)
             : std::nullopt;
}

void compare_models(Comparison& comparison, const SavedScenario& scenario, const SavedModel& before,
                    const SavedModel& after, double bound) {
  for (const Criterion& criterion : kCriteria) {
    const std::vector<double>* const old_rounds = find_values(before.rounds, criterion.figure);
    const std::vector<double>* const new_rounds = find_values(after.rounds, criterion.figure);
    if (old_rounds == nullptr || new_rounds == nullptr) {
      continue;
    }
    ComparedFigure& row = comparison.figures.emplace_back();
    row.scenario = scenario.name;
    row.model = after.name;
    row.figure = criterion.title;
    row.before = *median(*old_rounds);
    row.after = *median(*new_rounds);
    row.plain = estimate_unpaired(*new_rounds, *old_rounds);
    if (after.name == scenario.baseline) {
      row.change = Change::kReference;
      continue;
    }
    const bool has_baseline = find_values(before.ratios, criterion.figure) != nullptr &&
                              find_values(after.ratios, criterion.figure) != nullptr;
    row.judged = has_baseline ? to_baseline(before, after, criterion.figure) : row.plain;
    if (row.judged) {
      row.change = judge(*row.judged, criterion.more_is_better, bound);
    }
  }
}

void note_missing(Comparison& comparison, const SavedReport& here, const SavedReport& there,
                  std::string_view which) {
  for (const SavedScenario& scenario : here.scenarios) {
    const SavedScenario* const other = find(there.scenarios, scenario.name);
    for (const SavedModel& model : scenario.models) {
      if (other == nullptr || find(other->models, model.name) == nullptr) {
        comparison.in_one_only.push_back(
            fmt::format("{}, {} (only in the {} run)", scenario.name, model.name, which));
      }
    }
  }
}

std::string_view word_for(Change change) {
  switch (change) {
    case Change::kUnknown:
      return "n/a: it takes two rounds";
    case Change::kReference:
      return "the measure";
    case Change::kNone:
      return "no difference shown";
    case Change::kBetter:
      return "better";
    case Change::kWorse:
      return "worse";
    case Change::kRegression:
      break;
  }
  return "REGRESSION";
}

std::string format_ratio(const std::optional<Estimate>& found) {
  return found ? fmt::format("{:.3f} ({:.3f}-{:.3f})", found->ratio, found->low, found->high)
               : "n/a";
}

}  // namespace

bool Comparison::has_regression() const noexcept {
  return std::any_of(figures.begin(), figures.end(),
                     [](const ComparedFigure& row) { return row.change == Change::kRegression; });
}

Comparison compare(const SavedReport& before, const SavedReport& after, double bound) {
  Comparison comparison;
  for (const SavedScenario& scenario : after.scenarios) {
    const SavedScenario* const old_scenario = find(before.scenarios, scenario.name);
    for (const SavedModel& model : scenario.models) {
      const SavedModel* const old_model =
          old_scenario == nullptr ? nullptr : find(old_scenario->models, model.name);
      if (old_model != nullptr) {
        compare_models(comparison, scenario, *old_model, model, bound);
      }
    }
  }
  note_missing(comparison, before, after, "old");
  note_missing(comparison, after, before, "new");
  return comparison;
}

std::string comparison_table(const Comparison& comparison, const SavedReport& before,
                             const SavedReport& after) {
  std::string text = fmt::format("old: commit {}, {}\nnew: commit {}, {}\n", before.commit,
                                 before.date, after.commit, after.date) +
                     "new/old is of the figures as they are; judged is the ratio to the baseline "
                     "of the same run,\n"
                     "each with its 95 % interval.\n\n";
  text += fmt::format("  {:<16}{:<20}{:<12}{:>12}{:>12}  {:<22}  {:<22}  {}\n", "scenario", "model",
                      "figure", "old", "new", "new/old", "judged", "");
  for (const ComparedFigure& row : comparison.figures) {
    text += fmt::format("  {:<16}{:<20}{:<12}{:>12.2f}{:>12.2f}  {:<22}  {:<22}  {}\n",
                        row.scenario, row.model, row.figure, row.before, row.after,
                        format_ratio(row.plain), format_ratio(row.judged), word_for(row.change));
  }
  for (const std::string& one : comparison.in_one_only) {
    text += fmt::format("  Not compared: {}\n", one);
  }
  return text;
}

}  // namespace halo::bench
