#include "bench/results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halo::bench {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

bench::Run run_of(double whole, const std::vector<std::optional<double>>& slices) {
  bench::Run run;
  run.figures.server_cpu_us = whole;
  for (const std::optional<double>& slice : slices) {
    run.slices.emplace_back().server_cpu_us = slice;
  }
  return run;
}

ModelResult model_of(std::vector<bench::Run> rounds) {
  ModelResult model;
  model.rounds = std::move(rounds);
  return model;
}

TEST(RoundRatios, ARoundsRatioIsTheMedianOfItsNeighbouringSlices) {
  // The second slice of mine was disturbed: the whole round has 4 times the cost, the median 2.
  const ModelResult mine = model_of({run_of(4, {2, 8, 4})});
  const ModelResult theirs = model_of({run_of(1, {1, 1, 2})});
  EXPECT_THAT(round_ratios(mine, theirs, &Figures::server_cpu_us), ElementsAre(DoubleEq(2)));
}

TEST(RoundRatios, ASliceThatOneLacksIsLeftOut) {
  const ModelResult mine = model_of({run_of(4, {2, std::nullopt, 6})});
  const ModelResult theirs = model_of({run_of(1, {1, 1, 2, 1})});
  EXPECT_THAT(round_ratios(mine, theirs, &Figures::server_cpu_us), ElementsAre(DoubleEq(2.5)));
}

TEST(RoundRatios, WithoutSlicesItIsThatOfTheWholeRound) {
  const ModelResult mine = model_of({run_of(3, {}), run_of(4, {})});
  const ModelResult theirs = model_of({run_of(1, {}), run_of(1, {})});
  EXPECT_THAT(round_ratios(mine, theirs, &Figures::server_cpu_us),
              ElementsAre(DoubleEq(3), DoubleEq(4)));
}

TEST(RoundRatios, AFigureThatSlicesDoNotHaveIsThatOfTheWholeRound) {
  ModelResult mine = model_of({run_of(3, {1, 2})});
  ModelResult theirs = model_of({run_of(1, {1, 2})});
  mine.rounds[0].figures.p99_us = 30;
  theirs.rounds[0].figures.p99_us = 20;
  EXPECT_THAT(round_ratios(mine, theirs, &Figures::p99_us), ElementsAre(DoubleEq(1.5)));
}

TEST(RatioEstimate, IsThatOfTheRounds) {
  const ModelResult mine = model_of({run_of(2, {}), run_of(2, {}), run_of(2, {})});
  const ModelResult theirs = model_of({run_of(1, {}), run_of(1, {}), run_of(1, {})});
  const std::optional<Estimate> found = ratio_estimate(mine, theirs, &Figures::server_cpu_us);
  ASSERT_TRUE(found.has_value());
  EXPECT_DOUBLE_EQ(found->ratio, 2);
  EXPECT_TRUE(found->differs());
}

}  // namespace
}  // namespace halo::bench
