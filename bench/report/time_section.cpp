#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bench/report/sections.hpp"
#include "bench/report/time_chart.hpp"

namespace halo::bench::report {
namespace {

// Of all charts together, and of one line: what keeps the page small whatever was run.
constexpr std::size_t kPointsOfPage = 4'500;
constexpr std::size_t kPointsMin = 7;
constexpr std::size_t kPointsMax = 160;

/// All rounds that were followed, one behind the other. Empty: there is none.
TimeSeries rounds_in_a_row(const ModelResult& model) {
  TimeSeries all;
  Duration begin{};
  for (const Run& run : model.rounds) {
    if (run.outcome != Outcome::kMeasured || run.series.empty()) {
      continue;
    }
    for (Sample sample : run.series) {
      sample.end += begin;
      all.push_back(sample);
    }
    begin = all.back().end;
  }
  return all;
}

TimeChart chart_of(const ScenarioResult& result, const ModelStyles& styles) {
  TimeChart chart{fmt::format("{}: in time", result.scenario.name()),
                  "Strips on one axis of time; lowest, median and highest values are in the table "
                  "that follows.",
                  {},
                  kPointsMax};
  for (const ModelResult& model : result.models) {
    TimeSeries series = rounds_in_a_row(model);
    if (!series.empty()) {
      chart.lines.push_back({model.model.name, styles.of(model.model.name), std::move(series)});
    }
  }
  return chart;
}

std::string summary(const TimeSeries& series, const TimeStrip& strip) {
  std::vector<double> values;
  for (const Sample& sample : series) {
    if (const std::optional<double> value = strip.figure(sample)) {
      values.push_back(*value);
    }
  }
  const std::optional<Spread> all = spread(values);
  return all ? fmt::format("{} · {} · {}", tick_label(all->min, strip.unit),
                           tick_label(all->median, strip.unit), tick_label(all->max, strip.unit))
             : "not known";
}

Table table_of(const TimeChart& chart) {
  Table table{{"lowest · median · highest"}, {}};
  for (const TimeLine& line : chart.lines) {
    table.header.push_back(line.name);
  }
  for (const TimeStrip& strip : time_strips()) {
    std::vector<std::string> row{std::string(strip.name)};
    for (const TimeLine& line : chart.lines) {
      row.push_back(summary(line.series, strip));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string finding_of(const ScenarioResult& result, const TimeChart& chart) {
  std::vector<std::string> unknown, absent;
  for (const TimeStrip& strip : time_strips()) {
    if (!is_known(chart, strip)) {
      unknown.emplace_back(strip.name);
    }
  }
  for (const ModelResult& model : result.models) {
    const bool drawn =
        std::any_of(chart.lines.begin(), chart.lines.end(),
                    [&model](const TimeLine& line) { return line.name == model.model.name; });
    if (!drawn) {
      absent.push_back(model.model.name);
    }
  }
  std::string text;
  if (!unknown.empty()) {
    text += fmt::format("Not known on this system: {}. ", fmt::join(unknown, ", "));
  }
  if (!absent.empty()) {
    text += fmt::format("Not followed: {}.", fmt::join(absent, ", "));
  }
  return text;
}

}  // namespace

Section time_section(const Results& results, const ModelStyles& styles) {
  Section section{
      "time",
      "In time",
      "All rounds of each model, one behind the other, moment by moment: a level line is "
      "a steady run, and a dip that all strips share is a stall.",
      {},
      {}};
  std::vector<TimeChart> charts;
  std::size_t lines = 0;
  for (const ScenarioResult& result : results.scenarios) {
    charts.push_back(chart_of(result, styles));
    lines += charts.back().lines.size() * time_strips().size();
  }
  const std::size_t share = kPointsOfPage / std::max<std::size_t>(lines, 1);
  for (std::size_t i = 0; i < charts.size(); ++i) {
    TimeChart& chart = charts[i];
    if (chart.lines.empty()) {
      section.left_out.push_back(fmt::format("No chart of {}: no round of it was followed in time.",
                                             results.scenarios[i].scenario.name()));
      continue;
    }
    chart.points_max = std::clamp(share, kPointsMin, kPointsMax);
    Panel panel{chart.title,
                draw(chart, fmt::format("{}-{}", section.id, section.panels.size())),
                {},
                finding_of(results.scenarios[i], chart),
                table_of(chart)};
    for (const TimeLine& line : chart.lines) {
      panel.legend.push_back({line.name, line.style, false});
    }
    section.panels.push_back(std::move(panel));
  }
  return section;
}

}  // namespace halo::bench::report
