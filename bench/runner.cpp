#include "bench/runner.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "bench/progress.hpp"

namespace halo::bench {
namespace {

Results empty_results(const std::vector<Scenario>& scenarios, const RunSettings& settings) {
  Results results;
  for (const Scenario& scenario : scenarios) {
    ScenarioResult& result = results.scenarios.emplace_back();
    result.scenario = scenario;
    for (const Model& model : scenario.models) {
      ModelResult& of_model = result.models.emplace_back();
      of_model.model = model;
      of_model.command = server_command(model, settings.programs);
    }
  }
  return results;
}

std::size_t count_runs(const std::vector<Scenario>& scenarios, std::size_t rounds) {
  std::size_t runs = 0;
  for (const Scenario& scenario : scenarios) {
    runs += scenario.models.size() * rounds;
  }
  return runs;
}

void say_failure(const Progress& progress, const ScenarioResult& result, const ModelResult& model,
                 const Run& run) {
  if (run.outcome == Outcome::kFailed || run.outcome == Outcome::kLoadNotReached) {
    progress.clear_line();
    std::string errors;
    for (const auto& [kind, times] : run.errors) {
      errors += fmt::format("; {} x {}", times, kind);
    }
    fmt::print(stderr, "hello-bench: {}, {}: {}{}\n", result.scenario.name(), model.model.name,
               run.reason, errors);
  }
}

/// Every model of one scenario, once.
void run_models(EventLoop& loop, ScenarioResult& result, const RunSettings& settings,
                const Interrupt& interrupt, std::size_t round, Progress& progress) {
  const std::size_t count = result.models.size();
  for (std::size_t i = 0; i < count && !interrupt; ++i) {
    ModelResult& model = result.models[(i + round) % count];
    progress.begin_run(result.scenario.name(), model.model.name, round + 1);
    Run run = measure(loop, result.scenario, model.model, settings, interrupt, model.latency);
    say_failure(progress, result, model, run);
    model.rounds.push_back(std::move(run));
  }
}

}  // namespace

Results run_all(EventLoop& loop, const std::vector<Scenario>& scenarios,
                const RunnerSettings& settings, const Interrupt& interrupt) {
  Results results = empty_results(scenarios, settings.run);
  Progress progress(count_runs(scenarios, settings.rounds), settings.rounds);
  const TimePoint began = loop.now();
  Duration longest{};
  for (std::size_t round = 0; round < settings.rounds && !interrupt; ++round) {
    const TimePoint round_began = loop.now();
    if (settings.time_max && round_began - began + longest > *settings.time_max) {
      results.rounds_note = fmt::format(
          "{} of {} rounds: one more would not fit into the time limit; --rounds {} takes it",
          round, settings.rounds, settings.rounds);
      break;
    }
    for (ScenarioResult& result : results.scenarios) {
      run_models(loop, result, settings.run, interrupt, round, progress);
    }
    results.rounds = round + 1;
    longest = std::max(longest, loop.now() - round_began);
    progress.end_round(round + 1);
  }
  results.interrupted = static_cast<bool>(interrupt);
  return results;
}

}  // namespace halo::bench
