#include "bench/load/json_report.hpp"

#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/load/text.hpp"
#include "bench/load/text_report.hpp"
#include "build_info.hpp"

namespace halo::bench::load {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;  // counted up when a field changes its meaning

double to_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
double to_us(Duration duration) { return to_seconds(duration) * 1e6; }

Json to_json(const Histogram& times) {
  if (times.count() == 0) {
    return nullptr;
  }
  return {{"count", times.count()},
          {"min_us", to_us(times.shortest())},
          {"p50_us", to_us(times.percentile(50))},
          {"p90_us", to_us(times.percentile(90))},
          {"p99_us", to_us(times.percentile(99))},
          {"p999_us", to_us(times.percentile(99.9))},
          {"p9999_us", to_us(times.percentile(99.99))},
          {"max_us", to_us(times.longest())}};
}

Json to_json(const LoadPlan& plan) {
  return {{"loop", plan.rate ? "open" : "closed"},
          {"rate", plan.rate ? Json(*plan.rate) : Json("max")},
          {"arrivals", plan.arrivals == Arrivals::kConstant ? "constant" : "poisson"},
          {"seed", plan.seed},
          {"connections", plan.connections},
          {"depth", plan.depth},
          {"threads", plan.threads},
          {"server", plan.asking.server.to_string()},
          {"ramp_s", to_seconds(plan.timing.ramp)},
          {"warm_up_s", to_seconds(plan.timing.warm_up)},
          {"duration_s", to_seconds(plan.timing.window)},
          {"timeout_s", to_seconds(plan.timing.timeout)}};
}

}  // namespace

std::string json_report(const LoadPlan& plan, const Tallies& tallies,
                        const std::vector<Threshold>& thresholds,
                        const std::vector<std::string>& command) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  Json failures = Json::object();
  for (const auto& [kind, count] : tallies.failures) {
    failures[kind] = {{"times", count.times},
                      {"errno", errno_name(count.why)},
                      {"what_to_do", advice(kind, count.why)}};
  }
  Json judged = Json::array();
  for (const Threshold& threshold : thresholds) {
    judged.push_back({{"threshold", threshold.text},
                      {"kept", holds(threshold, plan, tallies)},
                      {"found", found_instead(threshold, plan, tallies)}});
  }
  const Json json = {{"tool", "hello-load"},
                     {"format", kFormat},
                     {"date", fmt::format("{:%FT%TZ}", fmt::gmtime(now))},
                     {"command", command},
                     {"version", build_info::version},
                     {"commit", build_info::commit},
                     {"build_type", build_info::build_type},
                     {"load", to_json(plan)},
                     {"window_s", to_seconds(tallies.length)},
                     {"connections_opened", tallies.opened},
                     {"connections_reopened", tallies.reopened},
                     {"answers_per_s", answers_per_s(tallies)},
                     {"due", tallies.due},
                     {"asked", tallies.asked},
                     {"answered", tallies.answered},
                     {"failed", tallies.failed},
                     {"missed", tallies.missed},
                     {"unfinished", tallies.unfinished},
                     {"surplus_datagrams", tallies.surplus},
                     {"failed_before_window", tallies.failed_before},
                     {"failures", failures},
                     {"response_time", to_json(tallies.latency.response)},
                     {"service_time", to_json(tallies.latency.service)},
                     {"wake_delay", to_json(tallies.wake_delay)},
                     {"load_reached", shortfall(plan, tallies).empty()},
                     {"thresholds", judged}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string csv_header() {
  return "begin_s,length_s,counted,asked,answered,failed,behind,connections,response_p50_us,"
         "response_p99_us,response_max_us,service_p50_us,service_p99_us,service_max_us\n";
}

std::string csv_line(const Interval& interval) {
  std::string line =
      fmt::format("{:.3f},{:.3f},{},{},{},{},{},{}", to_seconds(interval.begin),
                  to_seconds(interval.length), interval.counted ? 1 : 0, interval.asked,
                  interval.answered, interval.failed, interval.behind, interval.open);
  for (const Histogram* const times : {&interval.latency.response, &interval.latency.service}) {
    line += times->count() == 0
                ? ",,,"
                : fmt::format(",{:.1f},{:.1f},{:.1f}", to_us(times->percentile(50)),
                              to_us(times->percentile(99)), to_us(times->longest()));
  }
  return line + "\n";
}

}  // namespace halo::bench::load
