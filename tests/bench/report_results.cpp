#include "tests/bench/report_results.hpp"

#include <cmath>

namespace halo::bench {
namespace {

/// How many answers a second a model gives, by its place among the models.
double rate_of(std::size_t model, std::size_t connections) {
  const double load = std::log10(static_cast<double>(connections) + 1);
  const double rates[] = {90'000 - 12'000 * load, 60'000 + 9'000 * load, 95'000 + 10'000 * load};
  return rates[model % 3] * (1 - 0.03 * static_cast<double>(model / 3));
}

Scenario closed(std::size_t connections, std::size_t depth) {
  Scenario scenario;
  scenario.family = "closed";
  scenario.connections = connections;
  scenario.depth = depth;
  scenario.baseline = kCeiling;
  return scenario;
}

ScenarioResult result_of(Scenario scenario, const ResultsSize& size) {
  ScenarioResult result{std::move(scenario), {}};
  for (std::size_t i = 0; i < size.models.size(); ++i) {
    ModelResult& model = result.models.emplace_back();
    model.model.name = size.models[i];
    const std::size_t connections = result.scenario.connections;
    const double rate = rate_of(i, connections) * std::sqrt(result.scenario.depth);
    for (std::size_t round = 0; round < size.rounds; ++round) {
      const double noise = 1 + 0.01 * static_cast<double>((round * 7 + i * 3) % 5);
      model.rounds.push_back(made_up_run(rate * noise, connections, size.samples));
      if (model.model.name == kThreads) {
        model.rounds.back().figures.threads_peak = static_cast<double>(connections + 1);
      }
    }
    model.latency =
        made_up_latency(std::chrono::nanoseconds(static_cast<std::int64_t>(
                            1e9 * static_cast<double>(connections * result.scenario.depth) / rate)),
                        20'000);
  }
  return result;
}

void fail(ModelResult& model, std::string reason) {
  for (Run& run : model.rounds) {
    run = {};
    run.outcome = Outcome::kFailed;
    run.reason = reason;
  }
  model.latency.clear();
}

ScenarioResult datagrams() {
  Scenario scenario;
  scenario.family = "udp";
  scenario.datagrams = true;
  scenario.connections = 8;
  scenario.depth = 256;
  scenario.baseline = kPlainUdp;
  scenario.opponent = kPlainUdp;
  ScenarioResult result = result_of(scenario, {.models = {"udp-plain", "reactor"}});
  result.models[0].rounds[0].datagrams =
      DatagramCounts{.asked = 100'000, .answered = 99'000, .lost = 900, .late = 100};
  result.models[1].rounds[0].datagrams =
      DatagramCounts{.asked = 120'000, .answered = 120'000, .reordered = 60};
  return result;
}

}  // namespace

Run made_up_run(double answers_per_s, std::size_t connections, std::size_t samples) {
  const auto crowd = static_cast<double>(connections);
  Run run;
  run.answers = static_cast<std::uint64_t>(answers_per_s);
  run.bottleneck = "server";
  Figures& figures = run.figures;
  figures.requests_per_s = answers_per_s;
  figures.p50_us = 1e6 * crowd / answers_per_s;
  figures.p99_us = 3e6 * crowd / answers_per_s;
  figures.server_cpu_us = 1e6 / answers_per_s;
  figures.rss_bytes = 3e6 + 16e3 * crowd * 60'000 / answers_per_s;
  figures.threads_peak = 1;
  for (std::size_t i = 0; i < samples; ++i) {
    const double wave = 1 + 0.05 * std::sin(static_cast<double>(i));
    Sample& sample = run.series.emplace_back();
    sample.end = std::chrono::milliseconds(100 * (i + 1));
    sample.requests_per_s = answers_per_s * wave;
    sample.p50_us = *figures.p50_us / wave;
    sample.p99_us = *figures.p99_us / wave;
    sample.server_busy = 0.97;
    sample.client_busy = 0.5;
    sample.rss_bytes = figures.rss_bytes;
    sample.threads = figures.threads_peak;
    sample.switches_per_s = 1200 * wave;
  }
  return run;
}

Histogram made_up_latency(Duration middle, std::uint64_t count) {
  Histogram histogram;
  for (std::uint64_t i = 0; i < count; ++i) {
    const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    const double tail = 0.7 + 0.3 * -std::log2(1 - share);  // half of them below the middle
    histogram.record(std::chrono::nanoseconds(
        static_cast<std::int64_t>(static_cast<double>(middle.count()) * tail)));
  }
  return histogram;
}

Results made_up_results(const ResultsSize& size) {
  Results results;
  results.rounds = size.rounds;
  for (const std::size_t depth : {1, 16}) {
    for (const std::size_t connections : size.connections) {
      results.scenarios.push_back(result_of(closed(connections, depth), size));
    }
  }
  return results;
}

Results made_up_results_with(const std::string& name) {
  Results results = made_up_results({.models = {"threads", "reactor", "raw-epoll", name}});
  fail(results.scenarios[4].models[0], "server ended: cannot make a thread (EAGAIN)");
  for (Run& run : results.scenarios[2].models[3].rounds) {
    run.figures.rss_bytes.reset();
    run.series.clear();
  }
  ModelResult& open = results.scenarios[1].models[1];
  open.open_loop = OpenLoopResult{50'000,
                                  49'000,
                                  1000,
                                  made_up_latency(std::chrono::milliseconds(5), 50'000),
                                  made_up_latency(std::chrono::microseconds(80), 50'000),
                                  std::chrono::seconds(1)};
  Scenario idle = closed(64, 1);
  idle.family = "idle";
  idle.idle_connections = 5000;
  results.scenarios.push_back(result_of(idle, {}));
  for (ModelResult& model : results.scenarios.back().models) {
    for (Run& run : model.rounds) {
      run.figures.idle_connection_bytes = *run.figures.rss_bytes / 5000;
    }
  }
  results.scenarios.push_back(datagrams());
  fail(results.scenarios.back().models.emplace_back(results.scenarios[0].models[0]),
       "no answer at all");
  results.left_out.push_back({"closed-100000x1", "it takes 100,006 descriptors"});
  results.rounds_note = "5 rounds instead of 7: the time was up.";
  return results;
}

}  // namespace halo::bench
