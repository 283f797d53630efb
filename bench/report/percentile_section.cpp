#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "bench/report/line_chart.hpp"
#include "bench/report/sections.hpp"

namespace halo::bench::report {
namespace {

constexpr double kStepsPerDecade = 6;
constexpr double kRarestMax = 1e7;  // beyond it one answer in ten millions decides
constexpr std::array kNamed = {2.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e7};  // 1 / (1 - p)

double to_us(Duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

double rarest_of(const Histogram& histogram) {
  return std::clamp(static_cast<double>(histogram.count()), 10.0, kRarestMax);
}

std::string percent_of(double rarity) { return fmt::format("{:.7g} %", 100 - 100 / rarity); }

/// The curve of a histogram, which is not empty; with markers at the percentiles that have names,
/// and at the longest value.
ChartLine line_of(std::string name, const ModelStyle& style, const Histogram& histogram) {
  ChartLine line{std::move(name), style, false, {}};
  const double rarest = rarest_of(histogram);
  const auto add = [&](double rarity, bool named) {
    const double us = to_us(histogram.percentile(100 - 100 / rarity));
    line.points.push_back(
        {rarity,
         us,
         {},
         named ? fmt::format("{}: {}", percent_of(rarity), format_value(us, Unit::kMicroseconds))
               : ""});
  };
  const auto steps = static_cast<int>(std::ceil(kStepsPerDecade * std::log10(rarest) - 1e-9));
  for (int step = 0; step < steps; ++step) {
    const double rarity = std::pow(10, step / kStepsPerDecade);
    const bool named = std::any_of(kNamed.begin(), kNamed.end(), [rarity](double value) {
      return std::abs(rarity / value - 1) < 1e-9;
    });
    add(rarity, named);
  }
  line.points.push_back(
      {rarest,
       to_us(histogram.longest()),
       {},
       fmt::format("longest: {}", format_value(to_us(histogram.longest()), Unit::kMicroseconds))});
  return line;
}

std::vector<std::string> row_of(const std::string& name, const Histogram& histogram) {
  std::vector<std::string> row{name};
  for (const double percent : {50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
    row.push_back(format_value(to_us(histogram.percentile(percent)), Unit::kMicroseconds));
  }
  row.push_back(format_value(static_cast<double>(histogram.count()), Unit::kCount));
  return row;
}

/// The lines of a scenario, with their table.
struct Spectrum {
  std::vector<ChartLine> lines;
  Table table{{"model", "p50", "p90", "p99", "p99.9", "p99.99", "longest", "answers"}, {}};
  double rarest = 10;
  double shortest_us = 1e12;
  double longest_us = 0;

  void add(const std::string& name, const ModelStyle& style, bool dashed,
           const Histogram& histogram) {
    if (histogram.count() == 0) {
      return;
    }
    lines.push_back(line_of(name, style, histogram));
    lines.back().dashed = dashed;
    table.rows.push_back(row_of(name, histogram));
    rarest = std::max(rarest, rarest_of(histogram));
    shortest_us = std::min(shortest_us, std::max(to_us(histogram.shortest()), 0.1));
    longest_us = std::max(longest_us, to_us(histogram.longest()));
  }
};

bool has_open_loop(const ScenarioResult& result) {
  return std::any_of(result.models.begin(), result.models.end(),
                     [](const ModelResult& model) { return model.open_loop.has_value(); });
}

Spectrum spectrum_of(const ScenarioResult& result, const ModelStyles& styles) {
  Spectrum spectrum;
  const bool any_open = has_open_loop(result);
  for (const ModelResult& model : result.models) {
    const std::string& name = model.model.name;
    const ModelStyle style = styles.of(name);
    if (model.open_loop) {
      spectrum.add(name + ", response time", style, false, model.open_loop->response);
      spectrum.add(name + ", service time", style, true, model.open_loop->service);
    } else {
      spectrum.add(any_open ? name + ", service time" : name, style, false, model.latency);
    }
  }
  return spectrum;
}

/// What an open loop asked for and did not get.
std::string finding_of(const ScenarioResult& result) {
  std::string text;
  for (const ModelResult& model : result.models) {
    if (model.open_loop) {
      text += fmt::format(
          "{}{}: {} asked, {} reached, {} missed.", text.empty() ? "" : " ", model.model.name,
          format_value(model.open_loop->rate_asked, Unit::kPerSecond),
          format_value(model.open_loop->rate_reached, Unit::kPerSecond), model.open_loop->missed);
    } else if (model.latency.count() == 0) {
      text += fmt::format("{}{}: no answers.", text.empty() ? "" : " ", model.model.name);
    }
  }
  return text;
}

}  // namespace

Section percentile_section(const Results& results, const ModelStyles& styles) {
  Section section{"percentiles",
                  "Latency by percentile",
                  "Lower is better: read up from a percentile to the time within which that share "
                  "of all answers came; each step to the right is ten times as rare. Service time "
                  "counts from the moment a question was sent; response time, which an open loop "
                  "knows, from the moment it should have been sent.",
                  {},
                  {}};
  for (const ScenarioResult& result : results.scenarios) {
    Spectrum spectrum = spectrum_of(result, styles);
    const std::string name = result.scenario.name();
    if (spectrum.lines.empty()) {
      section.left_out.push_back(
          fmt::format("No chart of {}: there were no answers in its window.", name));
      continue;
    }
    Panel panel{fmt::format("{}: {}", name,
                            has_open_loop(result) ? "response and service time by percentile"
                                                  : "service time by percentile"),
                "",
                {},
                finding_of(result),
                std::move(spectrum.table)};
    for (const ChartLine& line : spectrum.lines) {
      panel.legend.push_back({line.name, line.style, line.dashed});
    }
    const LineChart chart{
        panel.title,
        "Percentiles of the latency; those with a name are in the table that "
        "follows.",
        Axis::percentiles(spectrum.rarest),
        Axis::logarithmic(spectrum.shortest_us, spectrum.longest_us, Unit::kMicroseconds),
        "percent of all answers",
        std::move(spectrum.lines),
        {}};
    panel.svg = draw(chart, fmt::format("{}-{}", section.id, section.panels.size()));
    section.panels.push_back(std::move(panel));
  }
  return section;
}

}  // namespace halo::bench::report
