#include "bench/report/line_chart.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "bench/report/frame.hpp"
#include "bench/report/markup.hpp"

namespace halo::bench::report {
namespace {

constexpr double kHeight = 236;
constexpr double kLane = 24;    // above the plot, for what was not measured
constexpr double kFooter = 38;  // below it, for the x axis
constexpr double kInset = 14;   // so that markers at the ends lie inside the plot
constexpr double kApart = 4;    // between the intervals of two lines, which hide each other else
constexpr double kApartMax = 9;
constexpr double kCross = 3;

bool is_missing(const ChartPoint& point) { return !point.y; }

/// Draws one line after the other into the same plot.
class Lines {
 public:
  Lines(const LineChart& chart, const Plot& plot) : chart_(chart), plot_(plot) {}

  std::string draw(std::size_t index) const {
    const ChartLine& line = chart_.lines[index];
    std::string text =
        fmt::format("<g class=\"c{}\" data-m=\"{}\">", line.style.colour, escape(line.name));
    text += curve(line, index);
    for (const ChartPoint& point : line.points) {
      const double x = x_of(point, index);
      if (is_missing(point)) {
        text += cross(x, index, point.note);
        continue;
      }
      if (point.interval) {
        text += range_bar({x, y_of(point.interval->min)}, {x, y_of(point.interval->max)});
      }
      if (!point.note.empty()) {
        text += marker(line.style, x, y_of(*point.y), point.note);
      }
    }
    return text + "</g>\n";
  }

 private:
  double y_of(double value) const { return plot_.y_of(chart_.y.place(value)); }

  /// Lines with markers stand a little apart, so that intervals at the same x are seen one by one.
  double x_of(const ChartPoint& point, std::size_t index) const {
    const double share = chart_.x.place(point.x);
    const double middle = (static_cast<double>(chart_.lines.size()) - 1) / 2;
    const double apart = middle > 0 ? std::min(kApart, kApartMax / middle) : 0;
    const double shift = point.interval ? (static_cast<double>(index) - middle) * apart : 0;
    return plot_.left + kInset + share * (plot_.width - 2 * kInset) + shift;
  }

  /// In pieces: a value that is missing is a gap.
  std::string curve(const ChartLine& line, std::size_t index) const {
    std::string path;
    std::vector<Place> piece;
    const auto end_piece = [&path, &piece] {
      path += piece.size() > 1 ? path_through(piece) : "";
      piece.clear();
    };
    for (const ChartPoint& point : line.points) {
      if (is_missing(point)) {
        end_piece();
      } else {
        piece.push_back({x_of(point, index), y_of(*point.y)});
      }
    }
    end_piece();
    return path.empty() ? ""
                        : fmt::format("<path class=\"line{}\" d=\"{}\"/>",
                                      line.dashed ? " dashed" : "", path);
  }

  std::string cross(double x, std::size_t index, std::string_view note) const {
    const double shift = (static_cast<double>(index) - 1) * 2.0 * kCross;
    const double at = std::clamp(x + shift, plot_.left + kCross, plot_.right() - kCross);
    const double y = kLane / 3;
    return fmt::format(
        "<path class=\"missing\" d=\"M{} {}l{} {}m0-{}l-{} {}\" data-t=\"not measured: {}\"/>",
        number(at - kCross), number(y - kCross), 2 * kCross, 2 * kCross, 2 * kCross, 2 * kCross,
        2 * kCross, escape(note));
  }

  const LineChart& chart_;
  const Plot plot_;
};

bool is_any_missing(const LineChart& chart) {
  return std::any_of(chart.lines.begin(), chart.lines.end(), [](const ChartLine& line) {
    return std::any_of(line.points.begin(), line.points.end(), is_missing);
  });
}

}  // namespace

bool has_marks(const LineChart& chart) {
  return std::any_of(chart.lines.begin(), chart.lines.end(), [](const ChartLine& line) {
    return !std::all_of(line.points.begin(), line.points.end(), is_missing);
  });
}

std::string draw_inside(const LineChart& chart, double width, double height) {
  const Plot plot{kGutter, kLane, width - kGutter - kMargin, height - kLane - kFooter};
  std::string text = plot_area(plot) + y_axis(plot, chart.y);
  text += x_axis(plot, chart.x, chart.x_name, kInset) + "\n";
  if (is_any_missing(chart)) {
    text += svg_text({plot.left - 5, kLane / 3 + 4}, "end", "missing");
  }
  if (chart.reference) {
    const double y = plot.y_of(chart.y.place(*chart.reference));
    text += svg_line({plot.left, y}, {plot.right(), y}, "reference");
  }
  const Lines lines(chart, plot);
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    text += lines.draw(i);
  }
  return text;
}

std::string draw(const LineChart& chart, std::string_view id) {
  return chart_svg(id, chart.title, chart.description, kHeight,
                   draw_inside(chart, kChartWidth, kHeight));
}

}  // namespace halo::bench::report
