#include "bench/report_table.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "bench/statistics.hpp"
#include "bench/units.hpp"
#include "bench/verdict.hpp"
#include "build_info.hpp"
#include "servers/command_line.hpp"

namespace halo::bench {
namespace {

constexpr double kOtherLoadMax = 0.5;  // processes
constexpr double kMib = 1024.0 * 1024.0;

// "1,234,567"
std::string with_commas(double value) {
  std::string digits = fmt::format("{:.0f}", value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) {
    digits.insert(at - 3, ",");
  }
  return digits;
}

// Three digits, as many as the histogram keeps: "7.31", "73.1", "731", "7,310".
std::string three_digits(double value) {
  if (value < 10) {
    return fmt::format("{:.2f}", value);
  }
  return value < 100 ? fmt::format("{:.1f}", value) : with_commas(value);
}

template <class Format>
std::string cell(const std::optional<double>& value, Format format) {
  return value ? format(*value) : "n/a";
}

std::string format_errors(const ErrorCounts& errors) {
  std::string text;
  for (const auto& [kind, times] : errors) {
    text += fmt::format("{}{} x {}", text.empty() ? "" : ", ", times, kind);
  }
  return text.empty() ? "none" : text;
}

using Row = std::vector<std::string>;

// Where what is lost is a figure, memory and threads are left to the JSON.
Row datagram_header(const Scenario& scenario) {
  return {"model",
          "answered/s",
          "p50 us",
          "p99 us",
          "p99.9 us",
          "CPU us/dgram",
          "CPU to " + scenario.baseline,
          "lost",
          "late",
          "dup",
          "reord",
          "bottleneck",
          "errors"};
}

Row header(const Scenario& scenario) {
  if (scenario.datagrams) {
    return datagram_header(scenario);
  }
  return {"model",
          "requests/s",
          "p50 us",
          "p99 us",
          "p99.9 us",
          "CPU us/req",
          "CPU to " + scenario.baseline,
          "RSS MiB",
          "threads",
          "switches/req",
          "bottleneck",
          "errors"};
}

/// Of the CPU: "1.32 (1.29-1.35)", the ratio alone where one round cannot have an interval.
std::string format_ratio(const ModelResult& model, const ModelResult& baseline) {
  const std::optional<Spread> rounds = ratio(model, baseline, &Figures::server_cpu_us);
  if (&model == &baseline && rounds) {
    return "1.00";
  }
  const std::optional<Estimate> found = ratio_estimate(model, baseline, &Figures::server_cpu_us);
  return found    ? fmt::format("{:.2f} ({:.2f}-{:.2f})", found->ratio, found->low, found->high)
         : rounds ? fmt::format("{:.2f}", rounds->median)
                  : "n/a";
}

Row row_of(const ScenarioResult& result, const ModelResult& model) {
  const Figures figures = medians(model);
  const ModelResult* const baseline = find_model(result, result.scenario.baseline);
  const auto mib = [](double bytes) { return fmt::format("{:.1f}", bytes / kMib); };
  const auto two_decimals = [](double value) { return fmt::format("{:.2f}", value); };
  Row row{model.model.name,
          cell(figures.requests_per_s, with_commas),
          cell(figures.p50_us, three_digits),
          cell(figures.p99_us, three_digits),
          cell(figures.p999_us, three_digits),
          cell(figures.server_cpu_us, two_decimals),
          baseline == nullptr ? "n/a" : format_ratio(model, *baseline)};
  if (result.scenario.datagrams) {
    const DatagramCounts counts = datagrams_of(model).value_or(DatagramCounts{});
    for (const std::uint64_t count :
         {counts.lost, counts.late, counts.duplicated, counts.reordered}) {
      row.push_back(with_commas(static_cast<double>(count)));
    }
  } else {
    row.insert(row.end(), {cell(figures.rss_bytes, mib), cell(figures.threads_peak, with_commas),
                           cell(figures.switches, two_decimals)});
  }
  row.insert(row.end(), {std::string(bottleneck_of(model)), format_errors(errors_of(model))});
  return row;
}

/// Columns as wide as what stands in them: words to the left, figures to the right.
std::string align(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool words = i == 0 || i >= row.size() - 2;
      line += words ? fmt::format("{:<{}}  ", row[i], widths[i])
                    : fmt::format("{:>{}}  ", row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += "  " + line + "\n";
  }
  return text;
}

std::string idle_line(const ScenarioResult& result) {
  std::string text;
  for (const ModelResult& model : result.models) {
    if (const std::optional<double> bytes = medians(model).idle_connection_bytes) {
      text +=
          fmt::format("{}{} {:.2f} KiB", text.empty() ? "" : ", ", model.model.name, *bytes / 1024);
    }
  }
  return text.empty() ? "" : "  Server memory for each idle connection: " + text + "\n";
}

/// "731 us (640-2,100, 12 missed)": what a round showed, and of several the lowest and highest.
std::string p99_of(const OpenLoopResult& open) {
  std::vector<double> p99s_us;
  for (const Duration p99 : open.p99s) {
    p99s_us.push_back(microseconds(p99));
  }
  const Spread seen = spread(p99s_us).value_or(Spread{});
  std::vector<std::string> notes;
  if (p99s_us.size() > 1) {
    notes.push_back(fmt::format("{}-{}", three_digits(seen.min), three_digits(seen.max)));
  }
  if (open.missed > 0) {
    notes.push_back(fmt::format("{} missed", open.missed));
  }
  const std::string median = three_digits(seen.median) + " us";
  return notes.empty() ? median : fmt::format("{} ({})", median, fmt::join(notes, ", "));
}

std::string open_loop_line(const ScenarioResult& result) {
  std::string text;
  for (const ModelResult& model : result.models) {
    if (model.open_loop) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", model.model.name,
                          p99_of(*model.open_loop));
    }
  }
  return text.empty() ? ""
                      : fmt::format("  response p99 at {}/s, open loop: {}\n",
                                    with_commas(result.open_loop_rate.value_or(0)), text);
}

std::string missing_lines(const ScenarioResult& result) {
  std::string text;
  for (const ModelResult& model : result.models) {
    for (std::size_t round = 0; round < model.rounds.size(); ++round) {
      const Run& run = model.rounds[round];
      if (run.outcome != Outcome::kMeasured) {
        text += fmt::format("  Not measured: {}, round {}: {}\n", model.model.name, round + 1,
                            run.reason.substr(0, run.reason.find('\n')));
      }
    }
  }
  return text;
}

/// How the machine was meanwhile, where that is more than nothing.
std::string honesty_lines(const ScenarioResult& result) {
  double noisiest = 0;
  for (const ModelResult& model : result.models) {
    for (const Run& run : model.rounds) {
      noisiest = std::max(noisiest,
                          run.disturbance.others.value_or(0) + run.disturbance.stolen.value_or(0));
    }
  }
  std::string text;
  if (noisiest > Repetition::kNoisy) {
    text +=
        fmt::format("  Others had up to {:.2f} cores of the machine during a round.\n", noisiest);
  }
  if (result.rounds_repeated > 0) {
    text += fmt::format("  {} noisy round{} measured again; the quieter one counts.\n",
                        result.rounds_repeated, result.rounds_repeated == 1 ? " was" : "s were");
  }
  if (result.scenario.apart) {
    text +=
        "  The servers lived one after the other: there are too few descriptors for the "
        "connections "
        "of all.\n";
  }
  return text;
}

std::string scenario_report(const ScenarioResult& result) {
  std::vector<Row> rows{header(result.scenario)};
  for (const ModelResult& model : result.models) {
    rows.push_back(row_of(result, model));
  }
  return fmt::format("\n{}: {}\n{}{}{}{}{}  -> {}\n", result.scenario.name(),
                     result.scenario.title(), align(rows), idle_line(result),
                     open_loop_line(result), honesty_lines(result), missing_lines(result),
                     verdict(result));
}

std::string ceiling_note() {
  return has_ceiling() ? ""
                       : fmt::format(
                             "No ceiling: {} is made of epoll, which this system has not. "
                             "CPU is compared with {}.\n",
                             kCeiling, kThreads);
}

// Somebody else's work on half a core makes more difference than what is to be seen.
std::string load_warning(const Machine& machine) {
  return machine.load_average.value_or(0) < kOtherLoadMax
             ? ""
             : "Beware: the machine was busy before the measurement began. Trust no ratio with a "
               "wide "
               "spread, and no requests/s or latency; better: wait until it is idle.\n";
}

std::string head(const Results& results, const RunnerSettings& settings, const Machine& machine) {
  const std::string cores = settings.run.cores
                                ? fmt::format("servers on core {}, load on core {}",
                                              settings.run.cores->server, settings.run.cores->load)
                                : "not pinned to cores";
  return fmt::format(
             "hello-bench {} ({}, {}, {})\n"
             "{}, {} cores, {}, frequency governor {}, load average before {:.2f}\n"
             "{} round{} of {} for each model in alternating slices, after a warm-up of {}, {}.\n"
             "Closed loop: latency is service time, but for what is named response time. Figures "
             "are medians of the rounds; ratios have "
             "their 95 % interval.\n",
             build_info::version, build_info::commit, build_info::compiler, build_info::build_type,
             machine.cpu_model, machine.cores, machine.kernel, machine.governor,
             machine.load_average.value_or(0), results.rounds, results.rounds == 1 ? "" : "s",
             command_line::format_duration(settings.run.window),
             command_line::format_duration(settings.run.warm_up), cores) +
         ceiling_note() + load_warning(machine);
}

}  // namespace

std::string table_report(const Results& results, const RunnerSettings& settings,
                         const Machine& machine) {
  std::string text = head(results, settings, machine);
  for (const ScenarioResult& result : results.scenarios) {
    text += scenario_report(result);
  }
  for (const LeftOut& left_out : results.left_out) {
    text += fmt::format("\nLeft out: {}: {}\n", left_out.scenario, left_out.reason);
  }
  if (!results.rounds_note.empty()) {
    text += fmt::format("\n{}\n", results.rounds_note);
  }
  if (results.interrupted) {
    text += "\nInterrupted: this is what there was.\n";
  }
  return text;
}

}  // namespace halo::bench
