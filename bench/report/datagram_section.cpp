#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bench/report/comparison.hpp"
#include "bench/report/dot_chart.hpp"
#include "bench/report/sections.hpp"

namespace halo::bench::report {
namespace {

struct LossClass {
  std::string_view name;
  std::uint64_t DatagramCounts::*count;
};
constexpr std::array kLossClasses = {
    LossClass{"lost", &DatagramCounts::lost}, LossClass{"late", &DatagramCounts::late},
    LossClass{"duplicated", &DatagramCounts::duplicated},
    LossClass{"reordered", &DatagramCounts::reordered}, LossClass{"wrong", &DatagramCounts::wrong}};

DotRow row_of(const Sweep::Load& load, const ModelResult& model, const ModelStyles& styles,
              const LossClass& loss) {
  DotRow row{fmt::format("{}, window {}", model.model.name, load.result->scenario.depth),
             styles.of(model.model.name),
             {},
             {},
             ""};
  const std::optional<DatagramCounts> counts = datagrams_of(model);
  if (!counts || counts->asked == 0) {
    const std::string trouble = trouble_of(model);
    row.note = trouble.empty() ? "sent no datagrams" : trouble;
    return row;
  }
  const auto asked = static_cast<double>(counts->asked);
  row.value = static_cast<double>((*counts).*loss.count) / asked;
  row.note = fmt::format("{} of {} asked", (*counts).*loss.count, counts->asked);
  return row;
}

DotChart chart_of(const Sweep& sweep, const ModelStyles& styles, const LossClass& loss) {
  std::vector<DotRow> rows;
  double max = 0;
  for (const Sweep::Load& load : sweep.loads) {
    for (const ModelResult& model : load.result->models) {
      rows.push_back(row_of(load, model, styles, loss));
      max = std::max(max, rows.back().value.value_or(0));
    }
  }
  constexpr double kPromille = 0.001;  // the smallest axis: nothing lost is at its left end
  return {fmt::format("{}: {}", sweep.title, loss.name),
          "One mark for each model and window; the counts are in the table that follows.",
          Axis::linear(std::max(max, kPromille), Unit::kShare),
          std::move(rows),
          {}};
}

std::string finding_of(const DotChart& chart) {
  const bool none = std::all_of(chart.rows.begin(), chart.rows.end(),
                                [](const DotRow& row) { return row.value.value_or(0) == 0; });
  return none ? "None at all, of what was measured." : "";
}

Table table_of(const DotChart& chart) {
  Table table{{"model and window", "datagrams"}, {}};
  for (const DotRow& row : chart.rows) {
    table.rows.push_back({row.name, row.value ? row.note : "not measured: " + row.note});
  }
  return table;
}

}  // namespace

Section datagram_section(const std::vector<Sweep>& sweeps, const ModelStyles& styles) {
  Section section{"datagrams",
                  "Lost datagrams",
                  "Further left is better: the share of the questions without an answer in time "
                  "(lost: never; late: after the load gave it up), answered twice, or overtaken by "
                  "a later one. All rounds together, the warm-up included.",
                  {},
                  {}};
  for (const Sweep& sweep : sweeps) {
    if (!sweep.loads.front().result->scenario.datagrams) {
      continue;
    }
    for (const LossClass& loss : kLossClasses) {
      const DotChart chart = chart_of(sweep, styles, loss);
      if (has_marks(chart)) {
        section.panels.push_back(
            {chart.title,
             draw(chart, fmt::format("{}-{}", section.id, section.panels.size())),
             {},
             finding_of(chart),
             table_of(chart)});
      } else {
        section.left_out.push_back(fmt::format("No chart of {}: nothing was sent.", chart.title));
      }
    }
  }
  if (section.panels.empty() && section.left_out.empty()) {
    section.left_out.emplace_back("No charts: no scenario over UDP was run.");
  }
  return section;
}

}  // namespace halo::bench::report
