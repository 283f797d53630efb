#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/report/axis.hpp"
#include "bench/report/model_styles.hpp"

namespace halo::bench::report {

struct DotRow {
  std::string name;
  ModelStyle style;
  std::optional<double> value;     ///< empty: not measured; then `note` says why
  std::optional<Spread> interval;  ///< around the value
  std::string note;                ///< what the tool tip says
};

/// One value for each row, on one axis: what a chart of lines would be with a single load.
struct DotChart {
  std::string title;
  std::string description;  ///< for who does not see it
  Axis x;
  std::vector<DotRow> rows;
  std::optional<double> reference;  ///< an x to compare with, drawn down
};

/// Whether any row has a value.
bool has_marks(const DotChart& chart);

/// The chart as an <svg>. `id`: unique on its page.
std::string draw(const DotChart& chart, std::string_view id);

}  // namespace halo::bench::report
