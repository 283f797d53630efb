#include "bench/report_table.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halo::bench {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// A report on one scenario with one model, "mine", that was measured once.
std::string report_on(Scenario scenario, Run run) {
  ScenarioResult result{std::move(scenario), {}};
  ModelResult& mine = result.models.emplace_back();
  mine.model.name = "mine";
  mine.rounds.push_back(std::move(run));
  Results results;
  results.scenarios.push_back(std::move(result));
  return table_report(results, RunnerSettings{}, Machine{});
}

Scenario datagrams() {
  Scenario scenario;
  scenario.family = "udp";
  scenario.datagrams = true;
  return scenario;
}

TEST(ReportTable, EachLossOfDatagramsHasItsColumn) {
  bench::Run run;
  run.datagrams = DatagramCounts{.asked = 100'000,
                                 .answered = 98'000,
                                 .lost = 1234,
                                 .late = 23,
                                 .duplicated = 34,
                                 .reordered = 45};
  const std::string report = report_on(datagrams(), run);
  EXPECT_THAT(report, ContainsRegex("lost +late +dup +reord +bottleneck +errors\n"));
  EXPECT_THAT(report, ContainsRegex("mine .* 1,234 +23 +34 +45 +n/a +none\n"));
}

TEST(ReportTable, ARoundThatFailedShowsItsLosses) {
  bench::Run run;
  run.outcome = Outcome::kFailed;
  run.reason = "no answer at all";
  run.datagrams = DatagramCounts{.asked = 7, .lost = 7};
  EXPECT_THAT(report_on(datagrams(), run), ContainsRegex("mine .* 7 +0 +0 +0 +n/a +none\n"));
}

TEST(ReportTable, ConnectionsHaveNoSuchColumns) {
  const std::string report = report_on(Scenario{}, bench::Run{});
  EXPECT_THAT(report, Not(HasSubstr("lost")));
  EXPECT_THAT(report, ContainsRegex("RSS MiB +threads +switches/req"));
}

TEST(ReportTable, OneRoundHasARatioWithoutAnInterval) {
  Scenario scenario;
  scenario.baseline = "theirs";
  ScenarioResult result{scenario, {}};
  for (const auto& [name, cpu] : {std::pair{"mine", 3.0}, std::pair{"theirs", 2.0}}) {
    ModelResult& model = result.models.emplace_back();
    model.model.name = name;
    model.rounds.emplace_back().figures.server_cpu_us = cpu;
  }
  Results results;
  results.scenarios.push_back(result);
  EXPECT_THAT(table_report(results, RunnerSettings{}, Machine{}),
              ContainsRegex("mine .* 3.00 +1.50 +n/a"));
  for (ModelResult& model : results.scenarios[0].models) {
    model.rounds.push_back(model.rounds[0]);
  }
  EXPECT_THAT(table_report(results, RunnerSettings{}, Machine{}),
              ContainsRegex("mine .* 3.00 +1.50 \\(1.50-1.50\\) +n/a"));
}

TEST(ReportTable, OnePauseDoesNotDecideAnOpenLoop) {
  ScenarioResult result{Scenario{}, {}};
  result.open_loop_rate = 20'000;
  for (const int first_p99_us : {100, 300}) {
    ModelResult& model = result.models.emplace_back();
    model.model.name = first_p99_us == 100 ? "mine" : "theirs";
    for (const int p99_us : {first_p99_us, 90'000, 120}) {
      OpenLoopResult window;
      window.missed = first_p99_us == 300 ? 4 : 0;
      window.p99s = {std::chrono::microseconds(p99_us)};
      if (!model.open_loop) {
        model.open_loop.emplace();
      }
      model.open_loop->merge(window);
    }
  }
  Results results;
  results.scenarios.push_back(result);
  EXPECT_THAT(table_report(results, RunnerSettings{}, Machine{}),
              HasSubstr("response p99 at 20,000/s, open loop: mine 120 us (100-90,000), theirs 300 "
                        "us (120-90,000, 12 missed)\n"));
}

TEST(ReportTable, NoiseRepetitionsAndServersApartAreSaid) {
  bench::Run run;
  run.disturbance = {0.5, 0.25};
  Scenario scenario;
  EXPECT_THAT(report_on(scenario, run), HasSubstr("Others had up to 0.75 cores"));
  EXPECT_THAT(report_on(scenario, bench::Run{}), Not(HasSubstr("Others had")));
  scenario.apart = true;
  EXPECT_THAT(report_on(scenario, run), HasSubstr("one after the other"));
}

}  // namespace
}  // namespace halo::bench
