#include "bench/report/dot_chart.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "bench/report/frame.hpp"
#include "bench/report/markup.hpp"

namespace halo::bench::report {
namespace {

constexpr double kRowHeight = 34;  // a line of text above a line of marks
constexpr double kTextDrop = 13;
constexpr double kMarkDrop = 23;
constexpr double kFooter = 22;
constexpr double kEdge = 12;  // left and right of the plot
constexpr double kInset = 8;
constexpr std::size_t kNameColumns = 26;  // what is left beside a value
constexpr std::size_t kReasonColumns = 28;

std::string draw_row(const DotRow& row, const DotChart& chart, const Plot& plot, double top) {
  const auto x_of = [&](double value) {
    return plot.left + kInset + chart.x.place(value) * (plot.width - 2 * kInset);
  };
  const double y = top + kMarkDrop;
  std::string text =
      fmt::format("<g class=\"c{}\" data-m=\"{}\">", row.style.colour, escape(row.name));
  text += svg_text({plot.left + 2, top + kTextDrop}, "start", shorten(row.name, kNameColumns));
  const std::string shown =
      row.value ? format_value(*row.value, chart.x.unit()) : shorten(row.note, kReasonColumns);
  text += svg_text({plot.right() - 2, top + kTextDrop}, "end", shown, row.value ? "value" : "none");
  text += svg_line({plot.left + kInset, y}, {plot.right() - kInset, y}, "grid");
  if (row.interval) {
    text += range_bar({x_of(row.interval->min), y}, {x_of(row.interval->max), y});
  }
  if (row.value) {
    text += marker(row.style, x_of(*row.value), y, row.note);
  }
  return text + "</g>\n";
}

}  // namespace

bool has_marks(const DotChart& chart) {
  return std::any_of(chart.rows.begin(), chart.rows.end(),
                     [](const DotRow& row) { return row.value.has_value(); });
}

std::string draw(const DotChart& chart, std::string_view id) {
  const double height = kRowHeight * static_cast<double>(chart.rows.size()) + 4;
  const Plot plot{kEdge, 4, kChartWidth - 2 * kEdge, height};
  std::string text = plot_area(plot);
  text += svg_line({plot.left, plot.bottom()}, {plot.right(), plot.bottom()}, "axis");
  for (const Tick& tick : chart.x.ticks()) {
    const double share = chart.x.place(tick.value);
    const double x = plot.left + kInset + share * (plot.width - 2 * kInset);
    text += svg_line({x, plot.bottom()}, {x, plot.bottom() + 4}, "axis");
    text += svg_text({share > 0.9 ? plot.right() : x, plot.bottom() + 15},
                     share > 0.9 ? "end" : "middle", tick.label);
  }
  if (chart.reference) {
    const double x =
        plot.left + kInset + chart.x.place(*chart.reference) * (plot.width - 2 * kInset);
    text += svg_line({x, plot.top}, {x, plot.bottom()}, "reference");
  }
  double top = plot.top;
  for (const DotRow& row : chart.rows) {
    text += draw_row(row, chart, plot, top);
    top += kRowHeight;
  }
  return chart_svg(id, chart.title, chart.description, height + 4 + kFooter, text);
}

}  // namespace halo::bench::report
