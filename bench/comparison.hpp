#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/saved_report.hpp"
#include "bench/statistics.hpp"

namespace halo::bench {

enum class Change : std::uint8_t {
  kUnknown,    ///< fewer than two rounds on one side
  kReference,  ///< the baseline: what the others are measured by, not judged
  kNone,       ///< no difference shown
  kBetter,
  kWorse,
  kRegression,  ///< worse, and the whole interval lies beyond the bound
};

/// One figure of one model in two runs.
struct ComparedFigure {
  std::string scenario, model, figure;
  double before = 0, after = 0;    ///< medians
  std::optional<Estimate> plain;   ///< after / before
  std::optional<Estimate> judged;  ///< the same of the ratios to the baseline, where there are any
  Change change = Change::kUnknown;
};

struct Comparison {
  std::vector<ComparedFigure> figures;
  std::vector<std::string> in_one_only;  ///< "closed-8x1, reactor (only in the old run)"

  bool has_regression() const noexcept;
};

/// Requests/s, p50 and server CPU of each model that both runs have measured. Two runs share no
/// rounds, and the machine may have another day: so a model is judged by its ratio to the baseline
/// of the same run, whose rounds are pairs; only without a baseline by its figures as they are. The
/// interval is Welch's, of the one run's rounds to the other's.
/// `bound`: by how much a figure may be worse, 0.05 for 5 %.
Comparison compare(const SavedReport& before, const SavedReport& after, double bound);

/// For people, with the two runs at its head.
std::string comparison_table(const Comparison& comparison, const SavedReport& before,
                             const SavedReport& after);

}  // namespace halo::bench
