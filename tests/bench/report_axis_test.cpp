#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/report/axis.hpp"

namespace halo::bench::report {
namespace {

using testing::ElementsAre;

std::vector<std::string> labels(const Axis& axis) {
  std::vector<std::string> labels;
  for (const Tick& tick : axis.ticks()) {
    labels.push_back(tick.label);
  }
  return labels;
}

TEST(ReportUnits, ValuesHaveThreeDigitsAndTheirUnit) {
  EXPECT_EQ(format_value(84'213, Unit::kPerSecond), "84.2k/s");
  EXPECT_EQ(format_value(7.306, Unit::kMicroseconds), "7.31 µs");
  EXPECT_EQ(format_value(1310, Unit::kMicroseconds), "1.31 ms");
  EXPECT_EQ(format_value(12.0 * 1024 * 1024, Unit::kBytes), "12.0 MiB");
  EXPECT_EQ(format_value(4096, Unit::kCount), "4096");
  EXPECT_EQ(format_value(0.71, Unit::kRatio), "0.71x");
  EXPECT_EQ(format_value(0.0012, Unit::kShare), "0.12 %");
  EXPECT_EQ(format_value(0, Unit::kShare), "0 %");
}

TEST(ReportUnits, WhatIsNoNumberIsNotShownAsOne) {
  EXPECT_EQ(format_value(std::nan(""), Unit::kBytes), "n/a");
  EXPECT_EQ(format_value(std::numeric_limits<double>::infinity(), Unit::kRatio), "n/a");
}

TEST(ReportAxis, LinearBeginsAtZeroAndEndsAboveTheLargestValue) {
  const Axis axis = Axis::linear(84'000, Unit::kPerSecond);
  EXPECT_THAT(labels(axis), ElementsAre("0", "50k", "100k"));
  EXPECT_DOUBLE_EQ(axis.place(0), 0);
  EXPECT_DOUBLE_EQ(axis.place(50'000), 0.5);
}

TEST(ReportAxis, AValueThatIsRoundIsTheEnd) {
  EXPECT_THAT(labels(Axis::linear(1, Unit::kCores)), ElementsAre("0", "0.5", "1"));
}

TEST(ReportAxis, BytesHaveRoundNumbersOfTheirUnit) {
  EXPECT_THAT(labels(Axis::linear(3.5 * 1024 * 1024, Unit::kBytes)),
              ElementsAre("0", "1 MiB", "2 MiB", "3 MiB", "4 MiB"));
  EXPECT_THAT(labels(Axis::logarithmic(5e6, 1e8, Unit::kBytes)),
              ElementsAre("4 MiB", "8 MiB", "16 MiB", "32 MiB", "64 MiB", "128 MiB"));
}

TEST(ReportAxis, LogarithmicPutsEqualRatiosEquallyFarApart) {
  const Axis axis = Axis::logarithmic(10, 100'000, Unit::kMicroseconds);
  EXPECT_THAT(labels(axis), ElementsAre("10 µs", "100 µs", "1 ms", "10 ms", "100 ms"));
  EXPECT_NEAR(axis.place(1000), 0.5, 1e-12);
}

TEST(ReportAxis, ANarrowLogarithmicAxisHasTicksBetweenPowersOfTen) {
  EXPECT_THAT(labels(Axis::logarithmic(12, 85, Unit::kMicroseconds)),
              ElementsAre("10 µs", "20 µs", "50 µs", "100 µs"));
}

TEST(ReportAxis, EachRangeIsHeldByAFewTicks) {
  for (const Unit unit : {Unit::kCount, Unit::kMicroseconds, Unit::kBytes}) {
    for (double min = 1e-3; min < 1e9; min *= 3.7) {
      for (double max = min; max < 1e12; max *= 11.3) {
        const Axis axis = Axis::logarithmic(min, max, unit);
        ASSERT_GE(axis.ticks().size(), 2U) << min << ' ' << max;
        ASSERT_LE(axis.ticks().size(), 6U) << min << ' ' << max;
        ASSERT_GE(axis.ticks().back().value, max * (1 - 1e-9)) << min << ' ' << max;
        ASSERT_LE(axis.ticks().front().value, std::max(min, max * 1e-6) * (1 + 1e-9)) << min;
      }
    }
  }
}

TEST(ReportAxis, NothingMeasuredStillIsAnAxis) {
  EXPECT_EQ(Axis::linear(0, Unit::kCount).ticks().size(), 3U);
  EXPECT_GE(
      Axis::logarithmic(std::numeric_limits<double>::infinity(), 0, Unit::kBytes).ticks().size(),
      2U);
}

TEST(ReportAxis, LabelsOfMeasuredLoadsDoNotTouch) {
  const Axis axis = Axis::through({1, 4000, 4096, 10'000}, Unit::kCount, 0.05);
  EXPECT_THAT(labels(axis), ElementsAre("1", "4096", "10k"));
  EXPECT_DOUBLE_EQ(axis.place(10'000), 1);
}

TEST(ReportAxis, ASingleLoadStandsInTheMiddle) {
  EXPECT_DOUBLE_EQ(Axis::through({64}, Unit::kCount, 0.1).place(64), 0.5);
}

TEST(ReportAxis, PercentilesAreAsFarApartAsTheyAreRare) {
  const Axis axis = Axis::percentiles(10'000);
  EXPECT_THAT(labels(axis), ElementsAre("0", "90", "99", "99.9", "99.99"));
  EXPECT_NEAR(axis.place(100), 0.5, 1e-12);
}

TEST(ReportAxis, LongPercentilesDoNotTouch) {
  EXPECT_THAT(labels(Axis::percentiles(1e7)), ElementsAre("0", "90", "99", "99.9", "99.99999"));
}

}  // namespace
}  // namespace halo::bench::report
