#include <set>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/report/comparison.hpp"
#include "bench/report/model_styles.hpp"
#include "bench/report/sections.hpp"
#include "bench/report/sweeps.hpp"
#include "tests/bench/report_results.hpp"

namespace halo::bench::report {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(ReportSweeps, LoadsThatDifferInOneNumberAreOneSweep) {
  const Results results = made_up_results({.connections = {64, 1, 8}});
  const std::vector<Sweep> sweeps = sweeps_of(results);
  ASSERT_EQ(sweeps.size(), 2U);
  EXPECT_EQ(sweeps[0].title, "closed");
  EXPECT_EQ(sweeps[1].title, "closed, depth 16");
  ASSERT_EQ(sweeps[0].loads.size(), 3U);
  EXPECT_EQ(sweeps[0].loads[0].x, 1) << "ascending";
}

TEST(ReportSweeps, TwoScenariosWithTheSameLoadAreApart) {
  Results results = made_up_results({.connections = {64}});
  results.scenarios[1].scenario.depth = 1;
  EXPECT_EQ(sweeps_of(results).size(), 2U);
}

TEST(ReportSweeps, DatagramsAreSweptOverTheWindow) {
  Results results = made_up_results({.connections = {8}});
  for (ScenarioResult& result : results.scenarios) {
    result.scenario.datagrams = true;
  }
  const std::vector<Sweep> sweeps = sweeps_of(results);
  ASSERT_EQ(sweeps.size(), 1U);
  EXPECT_EQ(sweeps[0].x_name, "datagrams in the window");
}

TEST(ReportSweeps, WhereThreadsWinComesFromTheFigures) {
  const Results results = made_up_results({.connections = {1, 512, 10'000}});
  const std::vector<Sweep> sweeps = sweeps_of(results);
  const std::string text = where_threads_win(sweeps[0], &Figures::requests_per_s, true);
  EXPECT_EQ(text,
            "Where threads win: at 1 connection. Ahead at 512 and 10k connections: reactor. The "
            "lead changes between 1 and 512 connections.");
  EXPECT_THAT(where_threads_win(sweeps[0], &Figures::requests_per_s, false),
              StartsWith("Where threads win: at 512 and 10k connections."))
      << "less is better";
}

TEST(ReportSweeps, AnOpponentThatIsTheCeilingWinsNothing) {
  Results results = made_up_results({.connections = {1, 64}});
  for (ScenarioResult& result : results.scenarios) {
    result.scenario.opponent = kCeiling;
  }
  const std::vector<Sweep> sweeps = sweeps_of(results);
  EXPECT_EQ(where_threads_win(sweeps[0], &Figures::requests_per_s, true),
            "Threads were not measured under this load.");
}

TEST(ReportSweeps, TwoRoundsDoNotTellWhereThreadsWin) {
  const Results results = made_up_results({.connections = {1, 64}, .rounds = 2});
  const std::vector<Sweep> sweeps = sweeps_of(results);
  EXPECT_EQ(where_threads_win(sweeps[0], &Figures::requests_per_s, true),
            "Where threads win: not known, it takes 3 rounds of both sides.");
}

TEST(ReportAnswer, SaysWhoIsAheadAndByHowMuch) {
  const Results results = made_up_results({.connections = {1, 10'000}});
  EXPECT_THAT(answer(results.scenarios[1]), StartsWith("reactor gives 2.29 times (95 %: 2.2"));
  EXPECT_THAT(answer(results.scenarios[1]), HasSubstr("as many answers a second as threads"));
  EXPECT_THAT(answer(results.scenarios[0]), StartsWith("reactor gives 0.7"));
}

TEST(ReportAnswer, EqualModelsShowNoDifference) {
  Results results = made_up_results({.connections = {1}});
  ScenarioResult& result = results.scenarios[0];
  result.models[1].rounds = result.models[0].rounds;
  std::swap(result.models[1].rounds.front(), result.models[1].rounds.back());
  EXPECT_THAT(answer(result), StartsWith("No difference shown between reactor and threads"));
}

TEST(ReportAnswer, AFailedModelIsNamed) {
  const Results results = made_up_results_with("x");
  EXPECT_THAT(answer(results.scenarios[4]),
              HasSubstr("threads: failed: server ended: cannot make a thread (EAGAIN)"));
}

TEST(ReportAnswer, TwoRoundsAreTooFew) {
  const Results results = made_up_results({.connections = {1}, .rounds = 2});
  EXPECT_THAT(answer(results.scenarios[0]), StartsWith("Nothing to compare: it takes 3 rounds"));
}

TEST(ReportComparison, AFigureOfZeroHasNoRatio) {
  Results results = made_up_results({.connections = {1}});
  results.scenarios[0].models[0].rounds[2].figures.server_cpu_us = 0;
  EXPECT_FALSE(compare(results.scenarios[0].models[0], results.scenarios[0].models[1],
                       &Figures::server_cpu_us));
}

TEST(ReportModelStyles, NoTwoModelsLookTheSame) {
  ResultsSize size;
  size.models = {"raw-epoll", "raw-http"};
  for (int i = 0; i < 40; ++i) {
    size.models.push_back("model " + std::to_string(i));
  }
  size.connections = {1};
  const ModelStyles styles(made_up_results(size));
  std::set<std::pair<std::size_t, std::size_t>> seen;
  for (const std::string& name : size.models) {
    const ModelStyle style = styles.of(name);
    EXPECT_LT(style.colour, kColours);
    EXPECT_LT(style.shape, kShapes);
    EXPECT_TRUE(seen.insert({style.colour, style.shape}).second) << name;
  }
}

}  // namespace
}  // namespace halo::bench::report
