#pragma once

#include <string>
#include <vector>

#include "bench/results.hpp"

namespace halo::bench::report {

/// Scenarios that differ in one number alone, so that a curve leads through them; or a single one.
struct Sweep {
  struct Load {
    double x = 0;
    const ScenarioResult* result = nullptr;
  };

  std::string title;        ///< "closed, depth 16"
  std::string x_name;       ///< "connections"
  std::vector<Load> loads;  ///< by x, ascending; no two share one

  bool is_curve() const noexcept { return loads.size() > 1; }
};

/// In the order of the results, which must outlive them.
std::vector<Sweep> sweeps_of(const Results& results);

/// The names of the models of a sweep, in the order in which they appear.
std::vector<std::string> models_of(const Sweep& sweep);

/// Where, by `figure`, the scenarios' opponent is ahead of all others, where nothing is shown, and
/// where another model is ahead: "Where threads win: at 1 connection. ..."; or why that cannot be
/// told.
std::string where_threads_win(const Sweep& sweep, Figure figure, bool more_is_better);

}  // namespace halo::bench::report
