#pragma once

#include <string_view>
#include <vector>

#include "bench/report/comparison.hpp"
#include "bench/report/line_chart.hpp"
#include "bench/report/model_styles.hpp"
#include "bench/report/panel.hpp"
#include "bench/report/sweeps.hpp"

namespace halo::bench::report {

/// A figure that is shown against the load, with how that is done.
struct ShownFigure {
  std::string_view name;  ///< "requests/s"
  Figure figure;
  Unit unit;
  bool logarithmic = false;
  bool more_is_better = false;
  bool to_baseline = false;  ///< as the ratio to the scenario's baseline
};

/// Adds a panel for each sweep: curves where there are several loads, else dots. A sweep in which
/// no model has the figure is named as left out.
void add_panels(Section& section, const std::vector<Sweep>& sweeps, const ModelStyles& styles,
                const ShownFigure& shown);

/// The curves of a sweep alone, which has several loads.
LineChart line_chart_of(const Sweep& sweep, const ModelStyles& styles, const ShownFigure& shown);

}  // namespace halo::bench::report
