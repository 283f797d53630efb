#include "bench/report_json.hpp"

#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/plan.hpp"
#include "bench/saved_report.hpp"
#include "bench/units.hpp"
#include "bench/verdict.hpp"
#include "build_info.hpp"

namespace halo::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMethod =
    "geometric mean of the rounds' ratios, each the median of the ratios of neighbouring slices; "
    "low and high: 95 % by Student's t on logarithms";

Json to_json(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json to_json(const Figures& figures) {
  Json json = Json::object();
  for (const NamedFigure& named : kFigures) {
    json[std::string(named.name)] = to_json(figures.*named.figure);
  }
  return json;
}

/// `low` and `high` are null where one round cannot tell.
Json ratio_to_json(const ModelResult& model, const ModelResult& baseline, Figure figure) {
  const std::vector<double> rounds = round_ratios(model, baseline, figure);
  if (rounds.empty()) {
    return nullptr;
  }
  const std::optional<Estimate> found = estimate(rounds);
  return {{"ratio", found ? found->ratio : rounds.front()},
          {"low", found ? Json(found->low) : Json(nullptr)},
          {"high", found ? Json(found->high) : Json(nullptr)},
          {"rounds", rounds}};
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

Json to_json(const TimeSeries& series) {
  Json json = Json::array();
  for (const Sample& sample : series) {
    json.push_back({{"end_s", seconds(sample.end)},
                    {"requests_per_s", sample.requests_per_s},
                    {"p50_us", to_json(sample.p50_us)},
                    {"p99_us", to_json(sample.p99_us)},
                    {"server_busy_cores", to_json(sample.server_busy)},
                    {"client_busy_cores", to_json(sample.client_busy)},
                    {"server_rss_bytes", to_json(sample.rss_bytes)},
                    {"server_threads", to_json(sample.threads)},
                    {"context_switches_per_s", to_json(sample.switches_per_s)}});
  }
  return json;
}

Json to_json(const Run& run) {
  Json json = {{"outcome", word_for(run.outcome)}, {"reason", run.reason}};
  json["answers"] = run.answers;
  json["errors"] = run.errors;
  add_datagrams(json, run.datagrams);
  json["bottleneck"] = run.bottleneck;
  json.update(to_json(run.figures));
  json["slices"] = run.slices.size();
  json["others_busy_cores"] = to_json(run.disturbance.others);
  json["stolen_cores"] = to_json(run.disturbance.stolen);
  json["series"] = to_json(run.series);
  return json;
}

Json latency_to_json(const Histogram& latency) {
  return {{"count", latency.count()},
          {"min_us", microseconds(latency.shortest())},
          {"p50_us", microseconds(latency.percentile(50))},
          {"p90_us", microseconds(latency.percentile(90))},
          {"p99_us", microseconds(latency.percentile(99))},
          {"p999_us", microseconds(latency.percentile(99.9))},
          {"p9999_us", microseconds(latency.percentile(99.99))},
          {"max_us", microseconds(latency.longest())}};
}

Json to_json(const std::optional<OpenLoopResult>& result) {
  if (!result) {
    return nullptr;
  }
  Json p99s = Json::array();
  for (const Duration p99 : result->p99s) {
    p99s.push_back(microseconds(p99));
  }
  return {{"rate_asked_per_s", result->rate_asked},
          {"rate_reached_per_s", result->rate_reached},
          {"missed", result->missed},
          {"window_s", seconds(result->length)},
          {"response_p99_us_of_rounds", p99s},
          {"response_time", latency_to_json(result->response)},
          {"service_time", latency_to_json(result->service)}};
}

Json to_json(const ScenarioResult& result, const ModelResult& model) {
  const ModelResult* const baseline = find_model(result, result.scenario.baseline);
  Json ratios = Json::object();
  for (const NamedFigure& named : kFigures) {
    ratios[std::string(named.name)] =
        baseline == nullptr ? Json(nullptr) : ratio_to_json(model, *baseline, named.figure);
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
               {"open_loop", to_json(model.open_loop)},
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
          {"servers", scenario.apart ? "one after the other" : "side by side"},
          {"rounds_repeated", result.rounds_repeated},
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
          {"window_s", seconds(settings.run.window)},
          {"warm_up_s", seconds(settings.run.warm_up)},
          {"pinned", pinned},
          {"descriptor_limit", descriptor_limit()}};
}

}  // namespace

std::string json_report(const Results& results, const RunnerSettings& settings,
                        const Machine& machine, const std::vector<std::string>& command) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  Json json = {
      {"tool", "hello-bench"},
      {"format", kReportFormat},
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
      {"latency", "service time: closed loop; what open_loop names is of a load at a fixed rate"},
      {"ratio_method", kMethod},
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
