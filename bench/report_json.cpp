#include "bench/report_json.hpp"

#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/plan.hpp"
#include "bench/verdict.hpp"
#include "build_info.hpp"

namespace halo::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;  // counted up when a field changes its meaning

double to_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
double to_us(Duration duration) { return to_seconds(duration) * 1e6; }

Json to_json(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json to_json(const Figures& figures) {
  Json json = Json::object();
  for (const NamedFigure& named : kFigures) {
    json[std::string(named.name)] = to_json(figures.*named.figure);
  }
  return json;
}

Json to_json(const std::optional<Spread>& ratio) {
  if (!ratio) {
    return nullptr;
  }
  return {{"median", ratio->median}, {"min", ratio->min}, {"max", ratio->max}};
}

std::string_view word_for(Outcome outcome) {
  switch (outcome) {
    case Outcome::kMeasured:
      return "measured";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kLoadNotReached:
      return "load not reached";
    case Outcome::kInterrupted:
      break;
  }
  return "interrupted";
}

/// Nothing where there are none: a load over connections has no such classes.
void add_datagrams(Json& json, const std::optional<DatagramCounts>& counts) {
  if (counts) {
    json["datagrams"] = {{"asked", counts->asked},
                         {"answered", counts->answered},
                         {"lost", counts->lost},
                         {"late", counts->late},
                         {"duplicated", counts->duplicated},
                         {"reordered", counts->reordered},
                         {"wrong", counts->wrong}};
  }
}

Json to_json(const Run& run) {
  Json json = {{"outcome", word_for(run.outcome)}, {"reason", run.reason}};
  json["answers"] = run.answers;
  json["errors"] = run.errors;
  add_datagrams(json, run.datagrams);
  json["bottleneck"] = run.bottleneck;
  json.update(to_json(run.figures));
  return json;
}

Json latency_to_json(const Histogram& latency) {
  return {{"count", latency.count()},
          {"min_us", to_us(latency.shortest())},
          {"p50_us", to_us(latency.percentile(50))},
          {"p90_us", to_us(latency.percentile(90))},
          {"p99_us", to_us(latency.percentile(99))},
          {"p999_us", to_us(latency.percentile(99.9))},
          {"p9999_us", to_us(latency.percentile(99.99))},
          {"max_us", to_us(latency.longest())}};
}

Json to_json(const ScenarioResult& result, const ModelResult& model) {
  const ModelResult* const baseline = find_model(result, result.scenario.baseline);
  Json ratios = Json::object();
  for (const NamedFigure& named : kFigures) {
    ratios[std::string(named.name)] =
        baseline == nullptr ? Json(nullptr) : to_json(ratio(model, *baseline, named.figure));
  }
  Json rounds = Json::array();
  for (const Run& run : model.rounds) {
    rounds.push_back(to_json(run));
  }
  Json json = {{"model", model.model.name},
               {"command", model.command},
               {"median", to_json(medians(model))},
               {"ratio_to_baseline", ratios},
               {"errors", errors_of(model)},
               {"bottleneck", bottleneck_of(model)},
               {"latency_of_all_rounds", latency_to_json(model.latency)},
               {"rounds", rounds}};
  add_datagrams(json, datagrams_of(model));
  return json;
}

Json to_json(const ScenarioResult& result) {
  const Scenario& scenario = result.scenario;
  Json models = Json::array();
  for (const ModelResult& model : result.models) {
    models.push_back(to_json(result, model));
  }
  return {{"scenario", scenario.name()},
          {"family", scenario.family},
          {"transport", scenario.datagrams ? "udp" : "tcp"},
          {"title", scenario.title()},
          {"connections", scenario.connections},
          {"depth", scenario.depth},
          {"idle_connections", scenario.idle_connections},
          {"baseline", scenario.baseline},
          {"models", models},
          {"verdict", verdict(result)}};
}

Json to_json(const Machine& machine) {
  return {{"cores", machine.cores},
          {"cpu_model", machine.cpu_model},
          {"kernel", machine.kernel},
          {"governor", machine.governor},
          {"load_average_before", to_json(machine.load_average)}};
}

Json to_json(const RunnerSettings& settings, std::size_t rounds) {
  Json pinned = nullptr;
  if (settings.run.cores) {
    pinned = {{"server_core", settings.run.cores->server}, {"load_core", settings.run.cores->load}};
  }
  return {{"rounds_asked", settings.rounds},
          {"rounds", rounds},
          {"window_s", to_seconds(settings.run.window)},
          {"warm_up_s", to_seconds(settings.run.warm_up)},
          {"pinned", pinned},
          {"descriptor_limit", descriptor_limit()}};
}

}  // namespace

std::string json_report(const Results& results, const RunnerSettings& settings,
                        const Machine& machine, const std::vector<std::string>& command) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  Json json = {{"tool", "hello-bench"},
               {"format", kFormat},
               {"date", fmt::format("{:%FT%TZ}", fmt::gmtime(now))},
               {"command", command},
               {"version", build_info::version},
               {"commit", build_info::commit},
               {"compiler", build_info::compiler},
               {"build_type", build_info::build_type},
               {"machine", to_json(machine)},
               {"settings", to_json(settings, results.rounds)},
               {"cpu_time",
                "of all threads, ended ones included, between two moments at which "
                "everything asked was answered; the process's CPU clock"},
               {"latency", "service time: closed loop"},
               {"interrupted", results.interrupted},
               {"rounds_note", results.rounds_note}};
  Json left_out = Json::array();
  for (const LeftOut& one : results.left_out) {
    left_out.push_back({{"scenario", one.scenario}, {"reason", one.reason}});
  }
  json["left_out"] = left_out;
  json["results"] = Json::array();
  for (const ScenarioResult& result : results.scenarios) {
    json["results"].push_back(to_json(result));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace halo::bench
