#include "bench/report/time_chart.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "bench/report/axis.hpp"
#include "bench/report/frame.hpp"
#include "bench/report/markup.hpp"

namespace halo::bench::report {
namespace {

constexpr double kStripHeight = 42;
constexpr double kStripName = 20;  // above each strip
constexpr double kFooter = 38;
constexpr double kInset = 6;

double seconds_of(const Sample& sample) {
  return std::chrono::duration<double>(sample.end).count();
}

double last_second(const TimeChart& chart) {
  double last = 0;
  for (const TimeLine& line : chart.lines) {
    last = line.series.empty() ? last : std::max(last, seconds_of(line.series.back()));
  }
  return last;
}

double largest(const TimeChart& chart, const TimeStrip& strip) {
  double max = 0;
  for (const TimeLine& line : chart.lines) {
    for (const Sample& sample : line.series) {
      max = std::max(max, strip.figure(sample).value_or(0));
    }
  }
  return max;
}

/// Places in a strip.
struct Strip {
  const Plot& plot;
  const Axis& time;
  const Axis& y;

  Place of(double seconds, double value) const {
    return {plot.left + kInset + time.place(seconds) * (plot.width - 2 * kInset),
            plot.y_of(y.place(value))};
  }
};

/// In pieces, a gap where nothing is known. A lone sample is a short stroke.
std::string curve(const std::vector<TimePoint>& points, const Strip& strip) {
  std::string path;
  std::vector<Place> piece;
  const auto end_piece = [&path, &piece] {
    if (piece.size() == 1) {
      piece.push_back({piece.front().x + 2, piece.front().y});
    }
    path += path_through(piece);
    piece.clear();
  };
  for (const TimePoint& point : points) {
    if (point.value) {
      piece.push_back(strip.of(point.seconds, *point.value));
    } else {
      end_piece();
    }
  }
  end_piece();
  return path.empty() ? "" : fmt::format("<path class=\"line\" d=\"{}\"/>", path);
}

/// The model's shape at the last value that is known, which tells lines apart without their colour.
std::string end_marker(const std::vector<TimePoint>& points, const ModelStyle& style,
                       const TimeStrip& shown, const Strip& strip) {
  const auto last = std::find_if(points.rbegin(), points.rend(),
                                 [](const TimePoint& point) { return point.value.has_value(); });
  if (last == points.rend()) {
    return "";
  }
  const Place place = strip.of(last->seconds, *last->value);
  return marker(style, place.x, place.y,
                fmt::format("{}: {}", shown.name, tick_label(*last->value, shown.unit)));
}

std::string draw_strip(const TimeChart& chart, const TimeStrip& strip, const Plot& plot,
                       const Axis& time) {
  const Axis y = Axis::linear(largest(chart, strip), strip.unit);
  std::string text = svg_text({plot.left, plot.top - 5}, "start", strip.name, "name");
  text += plot_area(plot, "plot strip");
  for (const Tick& tick : {y.ticks().front(), y.ticks().back()}) {
    text += svg_text({plot.left - 5, plot.y_of(y.place(tick.value)) + 4}, "end", tick.label);
  }
  const Strip places{plot, time, y};
  for (const TimeLine& line : chart.lines) {
    const std::vector<TimePoint> points = thinned(line.series, strip.figure, chart.points_max);
    text += fmt::format("<g class=\"c{}\" data-m=\"{}\">", line.style.colour, escape(line.name));
    text += curve(points, places);
    text += end_marker(points, line.style, strip, places) + "</g>\n";
  }
  return text;
}

}  // namespace

const std::vector<TimeStrip>& time_strips() {
  static const std::vector<TimeStrip> strips = {
      {"requests/s", Unit::kPerSecond,
       [](const Sample& s) { return std::optional(s.requests_per_s); }},
      {"p50", Unit::kMicroseconds, [](const Sample& s) { return s.p50_us; }},
      {"p99", Unit::kMicroseconds, [](const Sample& s) { return s.p99_us; }},
      {"server CPU, cores", Unit::kCores, [](const Sample& s) { return s.server_busy; }},
      {"load's CPU, cores", Unit::kCores, [](const Sample& s) { return s.client_busy; }},
      {"server memory", Unit::kBytes, [](const Sample& s) { return s.rss_bytes; }},
      {"server threads", Unit::kCount, [](const Sample& s) { return s.threads; }},
      {"context switches/s", Unit::kPerSecond, [](const Sample& s) { return s.switches_per_s; }},
  };
  return strips;
}

bool is_known(const TimeChart& chart, const TimeStrip& strip) {
  return std::any_of(chart.lines.begin(), chart.lines.end(), [&strip](const TimeLine& line) {
    return std::any_of(line.series.begin(), line.series.end(),
                       [&strip](const Sample& sample) { return strip.figure(sample).has_value(); });
  });
}

std::string draw(const TimeChart& chart, std::string_view id) {
  const Axis time = Axis::linear(last_second(chart), Unit::kSeconds);
  Plot plot{kGutter, kStripName, kChartWidth - kGutter - kMargin, kStripHeight};
  std::string text;
  double bottom = 0;
  for (const TimeStrip& strip : time_strips()) {
    if (is_known(chart, strip)) {
      text += draw_strip(chart, strip, plot, time);
      bottom = plot.bottom();
      plot.top = bottom + kStripName;
    }
  }
  const Plot whole{plot.left, kStripName, plot.width, bottom - kStripName};
  text += x_axis(whole, time, "seconds of measuring", kInset);
  return chart_svg(id, chart.title, chart.description, bottom + kFooter, text);
}

std::vector<TimePoint> thinned(const TimeSeries& series, SampleFigure figure,
                               std::size_t points_max) {
  std::vector<TimePoint> points;
  for (const Sample& sample : series) {
    points.push_back({seconds_of(sample), figure(sample)});
  }
  if (points.size() <= points_max) {
    return points;
  }
  std::vector<TimePoint> kept;
  const std::size_t parts = std::max<std::size_t>(points_max / 2, 1);
  for (std::size_t part = 0; part < parts; ++part) {
    const auto begin = points.begin() + static_cast<std::ptrdiff_t>(part * points.size() / parts);
    const auto end =
        points.begin() + static_cast<std::ptrdiff_t>((part + 1) * points.size() / parts);
    // What is not known is the smallest of all: a gap stays, too.
    const auto [min, max] = std::minmax_element(
        begin, end, [](const TimePoint& a, const TimePoint& b) { return a.value < b.value; });
    kept.push_back(*std::min(min, max));
    if (min != max) {
      kept.push_back(*std::max(min, max));
    }
  }
  return kept;
}

}  // namespace halo::bench::report
