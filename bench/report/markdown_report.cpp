#include "bench/report/markdown_report.hpp"

#include <array>

#include <fmt/format.h>

#include "bench/report/comparison.hpp"
#include "bench/report/sections.hpp"
#include "bench/report/table.hpp"

namespace halo::bench {
namespace {

using namespace report;

struct Column {
  std::string_view name;
  Figure figure;
  Unit unit;
};
constexpr std::array kColumns = {
    Column{"requests/s", &Figures::requests_per_s, Unit::kPerSecond},
    Column{"p50", &Figures::p50_us, Unit::kMicroseconds},
    Column{"p99", &Figures::p99_us, Unit::kMicroseconds},
    Column{"server CPU each", &Figures::server_cpu_us, Unit::kMicroseconds},
    Column{"server memory", &Figures::rss_bytes, Unit::kBytes},
    Column{"threads", &Figures::threads_peak, Unit::kCount},
};

std::string ratio_cell(const ScenarioResult& result, const ModelResult& model) {
  const ModelResult* const baseline = find_model(result, result.scenario.baseline);
  if (baseline == &model) {
    return "1";
  }
  const std::optional<Estimate> ratio =
      baseline == nullptr ? std::nullopt : compare(model, *baseline, &Figures::server_cpu_us);
  return ratio ? fmt::format("{:.2f} ({:.2f} to {:.2f})", ratio->ratio, ratio->low, ratio->high)
               : "n/a";
}

Table table_of(const ScenarioResult& result) {
  Table table{{"model"}, {}};
  for (const Column& column : kColumns) {
    table.header.emplace_back(column.name);
  }
  table.header.push_back(fmt::format("CPU to {} (95 %)", result.scenario.baseline));
  for (const ModelResult& model : result.models) {
    std::vector<std::string> row{model.model.name};
    for (const Column& column : kColumns) {
      const Measured own = measured(model, column.figure, column.unit);
      row.push_back(own.value ? format_value(*own.value, column.unit) : "n/a");
    }
    row.push_back(ratio_cell(result, model));
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// More backticks than the line has in a row.
std::string code(const std::string& line) {
  std::string fence = "`";
  while (line.find(fence) != std::string::npos) {
    fence += '`';
  }
  const std::string_view space = fence.size() > 1 ? " " : "";
  return fmt::format("{0}{1}{2}{1}{0}", fence, space, line);
}

}  // namespace

std::string markdown_report(const Results& results, const RunnerSettings& settings,
                            const Machine& machine, const std::vector<std::string>& command) {
  std::string text = "## hello-bench\n\n" + code(shell_line(command)) + "\n";
  for (const ScenarioResult& result : results.scenarios) {
    text += fmt::format("\n### {}: {}\n\n{}\n{}\n", markdown_text(result.scenario.name()),
                        markdown_text(result.scenario.title()), markdown_table(table_of(result)),
                        markdown_text(answer(result)));
  }
  text += "\n### Measured on\n\n" + markdown_table(environment(results, settings, machine));
  for (const LeftOut& left_out : results.left_out) {
    text += fmt::format("\nLeft out: {}: {}\n", markdown_text(left_out.scenario),
                        markdown_text(left_out.reason));
  }
  if (!results.rounds_note.empty()) {
    text += fmt::format("\n{}\n", markdown_text(results.rounds_note));
  }
  if (results.interrupted) {
    text += "\nInterrupted: this is what there was.\n";
  }
  return text;
}

}  // namespace halo::bench
