#include "bench/report/html_report.hpp"

#include <array>

#include <fmt/format.h>

#include "bench/report/markup.hpp"
#include "bench/report/page.hpp"
#include "bench/report/sections.hpp"

namespace halo::bench {
namespace {

using namespace report;

// Of all sections with charts: a page is mailed around and opened on a telephone.
constexpr std::size_t kChartBytesMax = 478'000;

std::string head(const Results& results, const Machine& machine) {
  return fmt::format(
      "<header><h1>Threads, the reactor and the kernel's ceiling</h1>\n"
      "<p class=\"soft\">Measured side by side by hello-bench on {} ({} core{}), {} round{} of "
      "each "
      "model, taken in turns.</p></header>\n",
      escape(machine.cpu_model), machine.cores, machine.cores == 1 ? "" : "s", results.rounds,
      results.rounds == 1 ? "" : "s");
}

std::string html_answers(const Results& results) {
  std::string text =
      "<section id=\"answers\"><h2>The answers</h2>\n<p class=\"reading\">One sentence for each "
      "load. Ratios come from paired rounds, with the interval in which they lie with a confidence "
      "of 95 % (Student's t over their logarithms); where it holds 1, no difference is shown.</p>\n"
      "<ul class=\"answers\">\n";
  for (const ScenarioResult& result : results.scenarios) {
    text += fmt::format("<li><b>{} <span class=\"scope\">{}</span></b>{}</li>\n",
                        escape(result.scenario.name()), escape(result.scenario.title()),
                        escape(answer(result)));
  }
  text += "</ul>\n<ul class=\"left-out\">";
  for (const LeftOut& left_out : results.left_out) {
    text += fmt::format("<li>Left out: {}: {}</li>", escape(left_out.scenario),
                        escape(left_out.reason));
  }
  if (!results.rounds_note.empty()) {
    text += fmt::format("<li>{}</li>", escape(results.rounds_note));
  }
  if (results.interrupted) {
    text += "<li>Interrupted: this is what there was.</li>";
  }
  return text + "</ul></section>\n";
}

std::string html_environment(const Results& results, const RunnerSettings& settings,
                             const Machine& machine, const std::vector<std::string>& command) {
  return fmt::format(
      "<section id=\"environment\"><h2>Measured on</h2>\n<p class=\"reading\">Absolute figures "
      "hold "
      "for this machine in this hour; ratios between models travel further. To repeat it:</p>\n"
      "<pre id=\"command\">{}</pre>\n<button id=\"copy\" type=\"button\" hidden>Copy the "
      "command</button>\n<div class=\"facts\">{}</div></section>\n",
      escape(shell_line(command)), html_table(environment(results, settings, machine)));
}

}  // namespace

std::string html_report(const Results& results, const RunnerSettings& settings,
                        const Machine& machine, const std::vector<std::string>& command) {
  const ModelStyles styles(results);
  const std::vector<Sweep> sweeps = sweeps_of(results);
  std::array sections = {
      throughput_section(sweeps, styles),  latency_section(sweeps, styles),
      percentile_section(results, styles), time_section(results, styles),
      memory_section(sweeps, styles),      cpu_section(sweeps, styles),
      datagram_section(sweeps, styles),
  };
  fit(sections, kChartBytesMax);
  std::string nav = "<nav aria-label=\"Parts of the report\"><a href=\"#answers\">Answers</a>";
  std::string charts;
  for (const Section& section : sections) {
    nav += fmt::format("<a href=\"#{}\">{}</a>", section.id, escape(section.title));
    charts += html_section(section);
  }
  nav += "<a href=\"#environment\">Measured on</a></nav>\n";
  return html_page(
      "hello-bench report",
      fmt::format("{}{}<main>\n{}{}{}</main>\n", head(results, machine), nav, html_answers(results),
                  charts, html_environment(results, settings, machine, command)));
}

}  // namespace halo::bench
