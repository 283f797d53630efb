#pragma once

#include <string>
#include <string_view>

#include "bench/report/axis.hpp"
#include "bench/report/markup.hpp"

namespace halo::bench::report {

/// Each chart is drawn this wide: the column of a telephone, so that its text stays readable.
inline constexpr double kChartWidth = 360;
inline constexpr double kGutter = 54;  ///< left of a plot, for the labels of its y axis
inline constexpr double kMargin = 10;  ///< right of a plot

/// Where values are drawn, in the units of its <svg>; y grows downwards.
struct Plot {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;

  double right() const noexcept { return left + width; }
  double bottom() const noexcept { return top + height; }
  double x_of(double share) const noexcept { return left + share * width; }
  double y_of(double share) const noexcept { return bottom() - share * height; }
};

/// The <svg> around a chart's inside, with its title and description for who does not see it.
/// `id`: unique on its page.
std::string chart_svg(std::string_view id, std::string_view title, std::string_view description,
                      double height, std::string_view inside);

/// The rectangle of a plot. `kind`: the classes of its style.
std::string plot_area(const Plot& plot, std::string_view kind = "plot");

/// What an interval is drawn as. Empty: it is too short to be seen.
std::string range_bar(Place from, Place to);

/// Labels left of the plot, and lines across it.
std::string y_axis(const Plot& plot, const Axis& axis);

/// Labels below the plot and the name of what they count. `inset`: how far the ends of the axis are
/// from the plot's.
std::string x_axis(const Plot& plot, const Axis& axis, std::string_view name, double inset);

}  // namespace halo::bench::report
