#include "bench/report/frame.hpp"

#include <cmath>

#include <fmt/format.h>

namespace halo::bench::report {
namespace {

constexpr double kLabelDrop = 4;  // from the middle of a label to its base line
constexpr double kTickDrop = 15;  // from the plot to its labels' base line
constexpr double kNameDrop = 30;  // from the plot to the axis' name
constexpr double kVisible = 0.5;
constexpr double kEndShare = 0.9;  // a label this far right ends at its tick, so that it fits

}  // namespace

std::string chart_svg(std::string_view id, std::string_view title, std::string_view description,
                      double height, std::string_view inside) {
  return fmt::format(
      "<svg class=\"chart\" viewBox=\"0 0 {0} {1}\" role=\"img\" tabindex=\"0\" "
      "aria-labelledby=\"{2}-t {2}-d\"><title id=\"{2}-t\">{3}</title><desc "
      "id=\"{2}-d\">{4}</desc>\n{5}</svg>",
      number(kChartWidth), number(height), id, escape(title), escape(description), inside);
}

std::string plot_area(const Plot& plot, std::string_view kind) {
  return fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", kind,
                     number(plot.left), number(plot.top), number(plot.width), number(plot.height));
}

std::string range_bar(Place from, Place to) {
  const bool visible = std::hypot(to.x - from.x, to.y - from.y) >= kVisible;
  return visible ? svg_line(from, to, "range") : "";
}

std::string y_axis(const Plot& plot, const Axis& axis) {
  std::string text;
  for (const Tick& tick : axis.ticks()) {
    const double y = plot.y_of(axis.place(tick.value));
    text += svg_line({plot.left, y}, {plot.right(), y}, "grid");
    text += svg_text({plot.left - 5, y + kLabelDrop}, "end", tick.label);
  }
  return text;
}

std::string x_axis(const Plot& plot, const Axis& axis, std::string_view name, double inset) {
  std::string text = svg_line({plot.left, plot.bottom()}, {plot.right(), plot.bottom()}, "axis");
  for (const Tick& tick : axis.ticks()) {
    const double share = axis.place(tick.value);
    const double x = plot.left + inset + share * (plot.width - 2 * inset);
    text += svg_line({x, plot.bottom()}, {x, plot.bottom() + 4}, "axis");
    const bool at_end = share > kEndShare;
    text += svg_text({at_end ? x + inset : x, plot.bottom() + kTickDrop}, at_end ? "end" : "middle",
                     tick.label);
  }
  return text + svg_text({plot.left + plot.width / 2, plot.bottom() + kNameDrop}, "middle", name);
}

}  // namespace halo::bench::report
