// hello-bench: threads, the reactor and bare epoll under the same load, side by side.

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "bench/bench_options.hpp"
#include "bench/compare_command.hpp"
#include "bench/cpu_affinity.hpp"
#include "bench/interrupt.hpp"
#include "bench/machine.hpp"
#include "bench/plan.hpp"
#include "bench/process_stats.hpp"
#include "bench/report/summary_picture.hpp"
#include "bench/report_json.hpp"
#include "bench/report_table.hpp"
#include "bench/runner.hpp"
#include "reactor/event_loop.hpp"
#include "servers/command_line.hpp"
#include "servers/process.hpp"

namespace halo::bench {
namespace {

constexpr std::string_view kProgram = "hello-bench";
constexpr int kLoadNotReached = 3;  // beside command_line::ExitCode
constexpr int kBySignal = 128;      // plus the signal's number, as shells have it

struct Defaults {
  std::size_t rounds;
  Duration window, warm_up, time_max;
};
// time_max leaves room below the promised 5 minutes and 60 seconds for the report and a slow stop.
constexpr Defaults kFull = {7, std::chrono::milliseconds(250), std::chrono::milliseconds(50),
                            std::chrono::seconds(285)};
constexpr Defaults kQuick = {4, std::chrono::milliseconds(100), std::chrono::milliseconds(30),
                             std::chrono::seconds(55)};

std::filesystem::path own_folder(const char* argv0) {
  std::error_code error;  // leads to an empty path, beside which nothing is found
  const std::filesystem::path self = program_path(::getpid()).value_or(argv0);
  return std::filesystem::canonical(self, error).parent_path();
}

std::string_view remark_on(const Scenario& scenario) {
  switch (scenario.included) {
    case Included::kInQuick:
      return " (also in --quick)";
    case Included::kByName:
      return " (only when asked for)";
    case Included::kInFull:
      break;
  }
  return "";
}

int list_scenarios() {
  std::string family;
  for (const Scenario& scenario : all_scenarios()) {
    if (scenario.family != family) {
      fmt::print("{}{}: {}\n", family.empty() ? "" : "\n", scenario.family,
                 purpose_of(scenario.family));
      family = scenario.family;
    }
    fmt::print("  {:<18}{}{}\n", scenario.name(), scenario.title(), remark_on(scenario));
  }
  return command_line::kSuccess;
}

/// Whether every server is there; says what is missing.
bool find_servers(const std::vector<Scenario>& scenarios, const std::filesystem::path& programs) {
  for (const Scenario& scenario : scenarios) {
    for (const Model& model : scenario.models) {
      if (!model.shell.empty()) {
        continue;
      }
      const std::filesystem::path program = programs / model.program;
      std::error_code error;
      if (!std::filesystem::exists(program, error)) {
        command_line::report(kProgram, "cannot find " + program.string(),
                             "it must lie beside hello-bench",
                             "build all programs: cmake --build --preset release");
        return false;
      }
    }
  }
  return true;
}

/// The peers that are built, as models; the others are left out, and what would change that.
std::vector<FurtherModel> find_peers(const std::filesystem::path& programs,
                                     std::vector<LeftOut>& left_out) {
  std::vector<FurtherModel> found;
  for (const Peer& peer : peers()) {
    std::error_code error;
    if (std::filesystem::exists(programs / peer.program, error)) {
      found.push_back({Speaks::kLines, {std::string(peer.name), std::string(peer.program)}});
    } else {
      left_out.push_back(
          {std::string(peer.name),
           fmt::format("{} is not built. Fix: apt-get install {}, then cmake --preset release && "
                       "cmake --build --preset release",
                       peer.program, peer.package)});
    }
  }
  return found;
}

RunnerSettings make_settings(const BenchOptions& options, std::filesystem::path programs) {
  const Defaults& defaults = options.plan.quick ? kQuick : kFull;
  RunnerSettings settings;
  settings.run.programs = std::move(programs);
  settings.run.window = options.window.value_or(defaults.window);
  settings.run.warm_up = defaults.warm_up;
  settings.rounds = options.rounds.value_or(defaults.rounds);
  if (!options.rounds && !options.window) {
    settings.time_max = defaults.time_max;
  }
  return settings;
}

/// Chooses the cores and takes our own. False: that was asked for and is not possible.
bool pin(const BenchOptions& options, RunSettings& settings) {
  if (!options.pin.value_or(true)) {
    return true;
  }
  settings.cores = choose_cores();
  const std::error_code error = settings.cores ? pin_to_core(settings.cores->load)
                                               : std::make_error_code(std::errc::not_supported);
  if (!error) {
    return true;
  }
  settings.cores.reset();
  if (options.pin.has_value()) {
    command_line::report(kProgram, "cannot pin to two cores",
                         "this process has one, or the system knows no pinning", "--pin off");
  }
  return !options.pin.has_value();
}

bool write_json(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) {
    command_line::report(kProgram, "cannot write " + path, "", "another --json FILE");
  }
  return static_cast<bool>(file);
}

int exit_code_of(const Results& results, bool falls_short) {
  bool not_reached = falls_short;
  for (const ScenarioResult& result : results.scenarios) {
    for (const ModelResult& model : result.models) {
      for (const Run& run : model.rounds) {
        if (run.outcome == Outcome::kFailed) {
          return command_line::kFailure;
        }
        not_reached = not_reached || run.outcome == Outcome::kLoadNotReached;
      }
    }
  }
  return not_reached ? kLoadNotReached : command_line::kSuccess;
}

int run(const BenchOptions& options, const std::vector<std::string>& command) {
  RunnerSettings settings = make_settings(options, own_folder(command.front().c_str()));
  PlanRequest request = options.plan;
  std::vector<LeftOut> peers_left_out;
  if (options.peers) {
    for (FurtherModel& peer : find_peers(settings.run.programs, peers_left_out)) {
      request.further.push_back(std::move(peer));
    }
  }
  Plan plan;
  try {
    plan = make_plan(request, descriptor_limit());
  } catch (const command_line::UsageError& error) {
    command_line::report(kProgram, "wrong usage", error.what(), error.fix());
    return command_line::kUsage;
  }
  plan.left_out.insert(plan.left_out.end(), peers_left_out.begin(), peers_left_out.end());
  for (const LeftOut& left_out : plan.left_out) {
    command_line::report(kProgram, "left out " + left_out.scenario, left_out.reason, "");
  }
  if (!find_servers(plan.scenarios, settings.run.programs)) {
    return command_line::kFailure;
  }
  // Before a measurement of minutes, not after it.
  if (!options.reports.picture.empty() && !have_summary_picture(plan.scenarios)) {
    command_line::report(kProgram, "wrong usage",
                         "--picture draws a curve, and no scenario is run with several numbers of "
                         "connections",
                         "--connections 1 64 1000");
    return command_line::kUsage;
  }
  if (!options.json_path.empty() && !write_json(options.json_path, "")) {
    return command_line::kFailure;
  }
  if (!can_write(options.reports)) {
    return command_line::kFailure;
  }
  const Machine machine = this_machine();  // before we pin ourselves to a part of it
  if (!pin(options, settings.run)) {
    return command_line::kUsage;
  }
  Result<std::unique_ptr<EventLoop>> loop = EventLoop::create();
  if (!loop) {
    command_line::report(kProgram, "cannot wait for events", loop.error().message(), "");
    return command_line::kFailure;
  }
  const Result<std::unique_ptr<Interrupt>> interrupt = Interrupt::create(**loop);
  if (!interrupt) {
    command_line::report(kProgram, "cannot handle signals", interrupt.error().message(), "");
    return command_line::kFailure;
  }
  Results results = run_all(**loop, plan.scenarios, settings, **interrupt);
  results.left_out = plan.left_out;
  if (!options.reports.markdown_to_output()) {
    fmt::print("{}", table_report(results, settings, machine));
    std::fflush(stdout);
  }
  const bool reported = write_reports(options.reports, results, settings, machine, command);
  if (!options.json_path.empty() &&
      !write_json(options.json_path, json_report(results, settings, machine, command))) {
    return command_line::kFailure;
  }
  if (!reported) {
    return command_line::kFailure;
  }
  return **interrupt ? kBySignal + (*interrupt)->signal_number()
                     : exit_code_of(results, plan.falls_short);
}

}  // namespace
}  // namespace halo::bench

int main(int argc, char** argv) {
  using halo::bench::BenchOptions;
  halo::process::prepare();
  if (argc > 1 && std::string_view(argv[1]) == "compare") {
    return halo::bench::compare_command(argc - 1, argv + 1);
  }
  const std::variant<BenchOptions, int> parsed = halo::bench::parse_options(argc, argv);
  if (const int* const code = std::get_if<int>(&parsed)) {
    return *code;
  }
  const BenchOptions& options = std::get<BenchOptions>(parsed);
  return options.list ? halo::bench::list_scenarios()
                      : halo::bench::run(options, std::vector<std::string>(argv, argv + argc));
}
