#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/report/axis.hpp"
#include "bench/report/model_styles.hpp"

namespace halo::bench::report {

struct ChartPoint {
  double x = 0;
  std::optional<double> y;         ///< empty: not measured, shown by a cross above the plot
  std::optional<Spread> interval;  ///< around y, a bar through the marker
  std::string note;  ///< what the tool tip says; empty: the line goes through without a marker
};

struct ChartLine {
  std::string name;
  ModelStyle style;
  bool dashed = false;
  std::vector<ChartPoint> points;  ///< by x, ascending
};

/// Lines on two axes, for one column of the page.
struct LineChart {
  std::string title;
  std::string description;  ///< for who does not see it
  Axis x;
  Axis y;
  std::string x_name;
  std::vector<ChartLine> lines;
  std::optional<double> reference;  ///< a y to compare with, drawn across
};

/// Whether any point has a value.
bool has_marks(const LineChart& chart);

/// The chart as an <svg>. `id`: unique on its page.
std::string draw(const LineChart& chart, std::string_view id);

/// The chart's inside alone, `width` by `height`, for a drawing of several.
std::string draw_inside(const LineChart& chart, double width, double height);

}  // namespace halo::bench::report
