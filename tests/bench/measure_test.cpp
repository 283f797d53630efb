#include "bench/measure.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "bench/runner.hpp"
#include "bench/series_recorder.hpp"

namespace halo::bench {
namespace {

using std::chrono::milliseconds;

TEST(Cut, AShortTurnMakesSlicesOf50Ms) {
  const Slices slices = cut(milliseconds(700), milliseconds(2));
  EXPECT_EQ(slices.length, milliseconds(50));
  EXPECT_EQ(slices.count, 14U);
}

TEST(Cut, ALongTurnMakesLongerOnes) {
  const Slices slices = cut(milliseconds(700), milliseconds(100));
  EXPECT_EQ(slices.length, milliseconds(200));
  EXPECT_EQ(slices.count, 3U);
}

TEST(Cut, ATurnLongerThanTheWindowLeavesOne) {
  const Slices slices = cut(milliseconds(700), milliseconds(2000));
  EXPECT_EQ(slices.length, milliseconds(700));
  EXPECT_EQ(slices.count, 1U);
}

TEST(Cut, AWindowShorterThanASliceIsOne) {
  const Slices slices = cut(milliseconds(10), milliseconds(1));
  EXPECT_EQ(slices.length, milliseconds(10));
  EXPECT_EQ(slices.count, 1U);
}

TEST(OrderOf, EachSecondSliceGoesBackAndEachPairBeginsWithAnother) {
  EXPECT_EQ(order_of(0, 3), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(order_of(1, 3), (std::vector<std::size_t>{2, 1, 0}));
  EXPECT_EQ(order_of(2, 3), (std::vector<std::size_t>{1, 2, 0}));
  EXPECT_EQ(order_of(3, 3), (std::vector<std::size_t>{0, 2, 1}));
  EXPECT_EQ(order_of(7, 1), std::vector<std::size_t>{0});
}

TEST(CommonRate, IsHalfOfTheSlowestThatWasMeasured) {
  const std::vector<std::optional<double>> answers_per_s{90'000, std::nullopt, 40'001, 60'000};
  EXPECT_EQ(common_rate(answers_per_s), 20'000);
}

TEST(CommonRate, NeverIsNothingUnlessNobodyWasMeasured) {
  EXPECT_EQ(common_rate(std::vector<std::optional<double>>{0.5}), 1);
  EXPECT_EQ(common_rate(std::vector<std::optional<double>>{std::nullopt}), std::nullopt);
}

RoundResult round_with(std::optional<double> others, std::optional<double> stolen) {
  RoundResult round;
  round.runs.resize(2);
  round.runs[1].disturbance = {others, stolen};
  return round;
}

TEST(NoiseOf, IsWhatTheOthersAndTheHostHadTogether) {
  EXPECT_EQ(noise_of(round_with(0.25, 0.5)), 0.75);
  EXPECT_EQ(noise_of(round_with(0.25, std::nullopt)), 0.25);
  EXPECT_EQ(noise_of(round_with(std::nullopt, std::nullopt)), 0);
}

TEST(Repetition, OnlyANoisyRoundIsWorthIt) {
  const Repetition repetition(5);
  EXPECT_FALSE(repetition.worth_it(0.05, 0));
  EXPECT_TRUE(repetition.worth_it(0.2, 0));
}

TEST(Repetition, AThirdOfTheRoundsIsTheMost) {
  const Repetition repetition(5);
  EXPECT_TRUE(repetition.worth_it(0.2, 1));
  EXPECT_FALSE(repetition.worth_it(0.2, 2));
}

TEST(Repetition, EndsWhereTheMachineStaysBusyAndGoesOnWhereOneHelped) {
  Repetition repetition(100);
  repetition.note(0.5);
  EXPECT_TRUE(repetition.worth_it(0.2, 0));
  repetition.note(0.01);
  repetition.note(0.5);
  EXPECT_TRUE(repetition.worth_it(0.2, 0));
  repetition.note(0.5);
  EXPECT_FALSE(repetition.worth_it(0.2, 0));
}

SliceTotals slice_of(Duration length) {
  return {length, length, std::chrono::duration_cast<Duration>(length) / 2, length / 4};
}

Histogram answers(int count, Duration each) {
  Histogram latency;
  for (int i = 0; i < count; ++i) {
    latency.record(each);
  }
  return latency;
}

constexpr int kNobody = 1 << 24;  // a process that is not there

TEST(SeriesRecorder, TwoSlicesOf50MsAreASample) {
  SeriesRecorder recorder(kNobody);
  recorder.add(slice_of(milliseconds(50)), answers(10, milliseconds(1)));
  EXPECT_TRUE(recorder.series().empty());
  recorder.add(slice_of(milliseconds(50)), answers(30, milliseconds(2)));
  ASSERT_EQ(recorder.series().size(), 1U);
  const Sample& sample = recorder.series().front();
  EXPECT_EQ(sample.end, milliseconds(100));
  EXPECT_DOUBLE_EQ(sample.requests_per_s, 400);
  EXPECT_NEAR(*sample.p50_us, 2000, 2);
  EXPECT_DOUBLE_EQ(*sample.server_busy, 0.5);
  EXPECT_DOUBLE_EQ(*sample.client_busy, 0.25);
  EXPECT_EQ(sample.threads, std::nullopt);
}

TEST(SeriesRecorder, ALongSliceIsASampleOfItsOwn) {
  SeriesRecorder recorder(kNobody);
  recorder.add(slice_of(milliseconds(400)), answers(10, milliseconds(1)));
  recorder.add(slice_of(milliseconds(400)), answers(20, milliseconds(1)));
  ASSERT_EQ(recorder.series().size(), 2U);
  EXPECT_EQ(recorder.series()[1].end, milliseconds(800));
  EXPECT_DOUBLE_EQ(recorder.series()[1].requests_per_s, 50);
}

TEST(SeriesRecorder, WithoutAnswersThereIsNoLatency) {
  SeriesRecorder recorder(kNobody);
  recorder.add(slice_of(milliseconds(100)), Histogram());
  EXPECT_EQ(recorder.series().front().requests_per_s, 0);
  EXPECT_EQ(recorder.series().front().p50_us, std::nullopt);
}

}  // namespace
}  // namespace halo::bench
