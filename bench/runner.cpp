#include "bench/runner.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "bench/progress.hpp"
#include "bench/server_start.hpp"

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

/// A round of one scenario, and a second try where the first was noisy and that is worth it.
RoundResult take_round(EventLoop& loop, ScenarioResult& result, std::size_t round,
                       const RunSettings& settings, const Interrupt& interrupt,
                       Repetition& repetition) {
  const std::size_t first = round % result.models.size();
  RoundResult taken =
      measure_round(loop, result.scenario, first, settings, interrupt, result.open_loop_rate);
  if (!interrupt && repetition.worth_it(noise_of(taken), result.rounds_repeated)) {
    ++result.rounds_repeated;
    RoundResult again =
        measure_round(loop, result.scenario, first, settings, interrupt, result.open_loop_rate);
    repetition.note(noise_of(again));
    if (!interrupt && noise_of(again) < noise_of(taken)) {
      return again;
    }
  }
  return taken;
}

void add_round(ScenarioResult& result, RoundResult round, const Progress& progress) {
  result.open_loop_rate = round.open_loop_rate;
  for (std::size_t i = 0; i < result.models.size(); ++i) {
    ModelResult& model = result.models[i];
    say_failure(progress, result, model, round.runs[i]);
    model.latency.merge(round.latencies[i]);
    if (const std::optional<OpenLoopResult>& open = round.open_loops[i]) {
      if (!model.open_loop) {
        model.open_loop.emplace();
      }
      model.open_loop->merge(*open);
    }
    model.rounds.push_back(std::move(round.runs[i]));
  }
}

}  // namespace

double noise_of(const RoundResult& round) {
  double noise = 0;
  for (const Run& run : round.runs) {
    noise =
        std::max(noise, run.disturbance.others.value_or(0) + run.disturbance.stolen.value_or(0));
  }
  return noise;
}

Results run_all(EventLoop& loop, const std::vector<Scenario>& scenarios,
                const RunnerSettings& settings, const Interrupt& interrupt) {
  Results results = empty_results(scenarios, settings.run);
  Progress progress(scenarios.size() * settings.rounds, settings.rounds);
  Repetition repetition(settings.rounds);
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
      if (interrupt) {
        break;
      }
      progress.begin_run(result.scenario.name(), round + 1);
      add_round(result, take_round(loop, result, round, settings.run, interrupt, repetition),
                progress);
    }
    results.rounds = round + 1;
    longest = std::max(longest, loop.now() - round_began);
    progress.end_round(round + 1);
  }
  results.interrupted = static_cast<bool>(interrupt);
  return results;
}

}  // namespace halo::bench
