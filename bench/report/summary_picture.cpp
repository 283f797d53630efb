#include "bench/report/summary_picture.hpp"

#include <fmt/format.h>

#include "bench/report/figure_section.hpp"
#include "bench/report/frame.hpp"
#include "bench/report/markup.hpp"
#include "bench/report/page.hpp"
#include "bench/report/sections.hpp"
#include "build_info.hpp"

namespace halo::bench {
namespace {

using namespace report;

constexpr double kWidth = 2 * kChartWidth + 20;
constexpr double kChartsTop = 78;
constexpr double kChartHeight = 260;
constexpr double kHeight = kChartsTop + kChartHeight + 34;
constexpr std::size_t kFooterColumns = 118;

/// Null: there is none.
const Sweep* longest_of(const std::vector<Sweep>& sweeps) {
  const Sweep* longest = nullptr;
  for (const Sweep& sweep : sweeps) {
    if (sweep.is_curve() && (longest == nullptr || sweep.loads.size() > longest->loads.size())) {
      longest = &sweep;
    }
  }
  return longest;
}

std::string legend_of(const LineChart& chart) {
  constexpr double kStep = 7;  // of a character
  std::string text;
  double x = 20;
  for (const ChartLine& line : chart.lines) {
    const std::string name = shorten(line.name, 24);
    text += fmt::format("<g class=\"c{}\">{}{}{}</g>", line.style.colour,
                        svg_line({x, 44}, {x + 24, 44}, "line"), marker(line.style, x + 12, 44, ""),
                        svg_text({x + 30, 48}, "start", name, "name"));
    x += 52 + kStep * static_cast<double>(name.size());
  }
  return text;
}

std::string chart_at(double x, const LineChart& chart, std::string_view title) {
  return fmt::format("<g transform=\"translate({} {})\">{}{}</g>\n", number(x), number(kChartsTop),
                     draw_inside(chart, kChartWidth, kChartHeight),
                     svg_text({kGutter, -4}, "start", title, "name"));
}

}  // namespace

bool have_summary_picture(const std::vector<Scenario>& scenarios) {
  Results planned;
  for (const Scenario& scenario : scenarios) {
    planned.scenarios.emplace_back().scenario = scenario;
  }
  return longest_of(sweeps_of(planned)) != nullptr;
}

std::string summary_picture(const Results& results, const std::vector<std::string>& command) {
  const ModelStyles styles(results);
  const std::vector<Sweep> sweeps = sweeps_of(results);
  const Sweep* const sweep = longest_of(sweeps);
  if (sweep == nullptr) {
    return "";
  }
  const LineChart throughput =
      line_chart_of(*sweep, styles,
                    {"requests/s", &Figures::requests_per_s, Unit::kPerSecond, false, true, false});
  const LineChart memory =
      line_chart_of(*sweep, styles, {"server memory", &Figures::rss_bytes, Unit::kBytes, true});
  const std::string title =
      fmt::format("Throughput and memory against {} ({})", sweep->x_name, sweep->title);
  const std::string footer = shorten(
      fmt::format("commit {}: {}", build_info::commit, shell_line(command)), kFooterColumns);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\" role=\"img\" "
      "aria-labelledby=\"t\"><title "
      "id=\"t\">{2}</title>\n<style>{3}svg{{--card:var(--paper)}}.back{{fill:var(--paper)}}"
      "text.title{{font-size:14px;font-weight:600;fill:var(--ink)}}</style>\n{4}\n"
      "<rect class=\"back\" width=\"{0}\" height=\"{1}\" rx=\"8\"/>{5}{6}\n{7}{8}{9}</svg>\n",
      number(kWidth), number(kHeight), escape(title), chart_style(), marker_definitions(),
      svg_text({20, 26}, "start", title, "title"), legend_of(throughput),
      chart_at(4, throughput, "requests/s, higher is better"),
      chart_at(kChartWidth + 12, memory, "server memory, lower is better"),
      svg_text({20, kHeight - 12}, "start", footer));
}

}  // namespace halo::bench
