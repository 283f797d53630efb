#include "bench/report/figure_section.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "bench/report/dot_chart.hpp"

namespace halo::bench::report {
namespace {

struct Value {
  std::optional<double> value;
  std::optional<Spread> interval;
  std::string note;
};

/// Of the model in the scenario. The interval of a figure is that of the rounds, the one of a ratio
/// that of its estimate.
Value value_of(const ScenarioResult& result, const ModelResult& model, const ShownFigure& shown) {
  const Measured own = measured(model, shown.figure, shown.unit);
  if (!shown.to_baseline) {
    const bool several = own.value && own.low < own.high;
    return {own.value,
            several ? std::optional(Spread{*own.value, own.low, own.high}) : std::nullopt,
            own.note};
  }
  const ModelResult* const baseline = find_model(result, result.scenario.baseline);
  if (baseline == nullptr || !own.value) {
    return {{}, {}, baseline == nullptr ? "its baseline was not run" : own.note};
  }
  if (const std::optional<Estimate> ratio = compare(model, *baseline, shown.figure)) {
    return {ratio->ratio, Spread{ratio->ratio, ratio->low, ratio->high},
            fmt::format("{} of {}'s; itself {}", format_estimate(*ratio), baseline->model.name,
                        own.note)};
  }
  const std::optional<Spread> rough = ratio(model, *baseline, shown.figure);
  if (!rough || rough->median <= 0) {
    return {{}, {}, fmt::format("{} has no such figure", baseline->model.name)};
  }
  return {rough->median,
          {},
          fmt::format("{:.2f}x of {}'s, too few rounds for an interval; itself {}", rough->median,
                      baseline->model.name, own.note)};
}

Unit unit_of(const ShownFigure& shown) { return shown.to_baseline ? Unit::kRatio : shown.unit; }

std::string name_of(const ShownFigure& shown, const Sweep& sweep) {
  return shown.to_baseline
             ? fmt::format("{}, {} is 1", shown.name, sweep.loads.front().result->scenario.baseline)
             : std::string(shown.name);
}

/// What an axis has to hold.
struct Extent {
  double min = std::numeric_limits<double>::infinity();
  double max = 0;

  void add(double value) {
    max = std::max(max, value);
    min = value > 0 ? std::min(min, value) : min;
  }
  void add(const Value& value) {
    if (value.value) add(*value.value);
    if (value.interval) {
      add(value.interval->min);
      add(value.interval->max);
    }
  }
};

Axis axis_for(const Extent& extent, const ShownFigure& shown) {
  return shown.logarithmic ? Axis::logarithmic(extent.min, extent.max, unit_of(shown))
                           : Axis::linear(extent.max, unit_of(shown));
}

ChartLine line_of(const Sweep& sweep, const std::string& name, const ModelStyles& styles,
                  const ShownFigure& shown, Extent& extent) {
  ChartLine line{name, styles.of(name), false, {}};
  for (const Sweep::Load& load : sweep.loads) {
    const ModelResult* const model = find_model(*load.result, name);
    if (model == nullptr) {
      continue;
    }
    const Value value = value_of(*load.result, *model, shown);
    extent.add(value);
    line.points.push_back(
        {load.x, value.value, value.interval,
         fmt::format("{} {}: {}", tick_label(load.x, Unit::kCount), sweep.x_name, value.note)});
  }
  return line;
}

DotChart dot_chart_of(const Sweep& sweep, const ModelStyles& styles, const ShownFigure& shown) {
  const ScenarioResult& result = *sweep.loads.front().result;
  Extent extent;
  std::vector<DotRow> rows;
  for (const ModelResult& model : result.models) {
    const Value value = value_of(result, model, shown);
    extent.add(value);
    rows.push_back(
        {model.model.name, styles.of(model.model.name), value.value, value.interval, value.note});
  }
  return {fmt::format("{}: {}", sweep.title, name_of(shown, sweep)),
          "One mark for each model; its figures are in the table that follows.",
          Axis::linear(extent.max, unit_of(shown)), std::move(rows),
          shown.to_baseline ? std::optional(1.0) : std::nullopt};
}

std::string cell_of(const ScenarioResult& result, const std::string& name,
                    const ShownFigure& shown) {
  const ModelResult* const model = find_model(result, name);
  if (model == nullptr) {
    return "not run";
  }
  const Value value = value_of(result, *model, shown);
  return value.value ? value.note : "not measured: " + value.note;
}

/// A row for each model, a column for each load.
Table table_of(const Sweep& sweep, const ShownFigure& shown) {
  Table table{{"model"}, {}};
  for (const Sweep::Load& load : sweep.loads) {
    table.header.push_back(
        sweep.is_curve() ? fmt::format("{} {}", tick_label(load.x, Unit::kCount), sweep.x_name)
                         : load.result->scenario.name());
  }
  for (const std::string& name : models_of(sweep)) {
    std::vector<std::string>& row = table.rows.emplace_back(1, name);
    for (const Sweep::Load& load : sweep.loads) {
      row.push_back(cell_of(*load.result, name, shown));
    }
  }
  return table;
}

constexpr double kLabelGap = 0.095;  // of the axis: four digits beside four digits

}  // namespace

LineChart line_chart_of(const Sweep& sweep, const ModelStyles& styles, const ShownFigure& shown) {
  Extent extent;
  std::vector<ChartLine> lines;
  for (const std::string& name : models_of(sweep)) {
    lines.push_back(line_of(sweep, name, styles, shown, extent));
  }
  std::vector<double> xs;
  for (const Sweep::Load& load : sweep.loads) {
    xs.push_back(load.x);
  }
  return {fmt::format("{}: {}", sweep.title, name_of(shown, sweep)),
          fmt::format("Lines over {} {}; their figures are in the table that follows.", xs.size(),
                      sweep.x_name),
          Axis::through(xs, Unit::kCount, kLabelGap),
          axis_for(extent, shown),
          sweep.x_name,
          std::move(lines),
          shown.to_baseline ? std::optional(1.0) : std::nullopt};
}

void add_panels(Section& section, const std::vector<Sweep>& sweeps, const ModelStyles& styles,
                const ShownFigure& shown) {
  for (const Sweep& sweep : sweeps) {
    const std::string id = fmt::format("{}-{}", section.id, section.panels.size());
    const std::string title = fmt::format("{}: {}", sweep.title, name_of(shown, sweep));
    Panel panel{title,
                "",
                {},
                where_threads_win(sweep, shown.figure, shown.more_is_better),
                table_of(sweep, shown)};
    bool marks = false;
    if (sweep.is_curve()) {
      const LineChart chart = line_chart_of(sweep, styles, shown);
      marks = has_marks(chart);
      panel.svg = marks ? draw(chart, id) : "";
      for (const ChartLine& line : chart.lines) {
        panel.legend.push_back({line.name, line.style, false});
      }
    } else {
      const DotChart chart = dot_chart_of(sweep, styles, shown);
      marks = has_marks(chart);
      panel.svg = marks ? draw(chart, id) : "";
    }
    if (marks) {
      section.panels.push_back(std::move(panel));
    } else {
      const std::string why =
          panel.table.rows.empty() ? "no model was run" : panel.table.rows[0][1];
      section.left_out.push_back(fmt::format("No chart of {}: {}.", title, why));
    }
  }
}

}  // namespace halo::bench::report
