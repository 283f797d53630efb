#include "bench/histogram/histogram.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/seed.hpp"

namespace halo::bench {
namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;

constexpr std::array kPercents = {0.0, 0.1, 1.0, 10.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0};

// From a nanosecond to hours, as many of each order of magnitude.
Duration random_duration(test::Random& random) {
  const std::uint64_t bits = random.below(43);
  return nanoseconds(static_cast<std::int64_t>(random.below(std::uint64_t{1} << bits)));
}

Duration exact_percentile(const std::vector<Duration>& sorted, double percent) {
  const auto rank = static_cast<std::size_t>(
      std::ceil(percent / 100 * static_cast<double>(sorted.size()) - 1e-9));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

TEST(Histogram, EveryPercentileIsTheSortedOneRoundedUpByLessThanAThousandth) {
  test::Random random(test::seed());
  for (const std::size_t size : {1U, 2U, 10U, 999U, 1000U, 20'000U}) {
    Histogram histogram;
    std::vector<Duration> values;
    for (std::size_t i = 0; i < size; ++i) {
      values.push_back(std::min<Duration>(random_duration(random), Histogram::kLongest));
      histogram.record(values.back());
    }
    std::sort(values.begin(), values.end());
    for (const double percent : kPercents) {
      const Duration exact = exact_percentile(values, percent);
      EXPECT_GE(histogram.percentile(percent), exact) << percent << " % of " << size;
      EXPECT_LE(histogram.percentile(percent), exact + exact / 1000) << percent << " % of " << size;
    }
    EXPECT_LE(histogram.shortest(), values.front());
    EXPECT_GE(histogram.shortest(), values.front() - values.front() / 1000);
    EXPECT_EQ(histogram.longest(), histogram.percentile(100));
    EXPECT_EQ(histogram.count(), size);
  }
}

TEST(Histogram, ValuesOfUpToTwoThousandNanosecondsAreExact) {
  for (int value = 0; value < 2048; ++value) {
    Histogram histogram;
    histogram.record(nanoseconds(value));
    EXPECT_EQ(histogram.percentile(50), nanoseconds(value));
    EXPECT_EQ(histogram.shortest(), nanoseconds(value));
    EXPECT_EQ(histogram.longest(), nanoseconds(value));
  }
}

TEST(Histogram, MergedPartsEqualTheOneThatSawEverything) {
  test::Random random(test::seed());
  Histogram whole;
  std::array<Histogram, 3> parts;
  for (int i = 0; i < 10'000; ++i) {
    const Duration value = random_duration(random);
    whole.record(value);
    parts[random.below(parts.size())].record(value);
  }
  Histogram merged;
  for (const Histogram& part : parts) {
    EXPECT_NE(part, whole);
    merged.merge(part);
  }
  EXPECT_EQ(merged, whole);
}

TEST(Histogram, WhatIsOutsideOfTheRangeCountsAsItsEnd) {
  Histogram histogram;
  histogram.record(nanoseconds(-5));
  histogram.record(hours(2));
  Histogram ends;
  ends.record(Duration::zero());
  ends.record(hours(1));
  EXPECT_EQ(histogram, ends);
  EXPECT_EQ(histogram.count(), 2U);
}

TEST(Histogram, ItsCountsAreAllItKnows) {
  test::Random random(test::seed());
  Histogram recorded;
  for (int i = 0; i < 1000; ++i) {
    recorded.record(random_duration(random));
  }
  Histogram copied;
  for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    copied.add(bucket, recorded.counts()[bucket]);
  }
  EXPECT_EQ(copied, recorded);
  EXPECT_EQ(copied.count(), 1000U);
  EXPECT_EQ(copied.shortest(), recorded.shortest());
  EXPECT_EQ(copied.longest(), recorded.longest());
}

TEST(Histogram, AnEmptyOneAnswersZero) {
  Histogram histogram;
  histogram.record(nanoseconds(7));
  histogram.clear();
  EXPECT_EQ(histogram, Histogram());
  EXPECT_EQ(histogram.percentile(50), Duration::zero());
  EXPECT_EQ(histogram.shortest(), Duration::zero());
  EXPECT_EQ(histogram.longest(), Duration::zero());
}

TEST(Histogram, AShareThatIsAWholeNumberOfValuesTakesThatMany) {
  Histogram histogram;
  for (int i = 1; i <= 1000; ++i) {
    histogram.record(nanoseconds(i));
  }
  EXPECT_EQ(histogram.percentile(99.9), nanoseconds(999));
  EXPECT_EQ(histogram.percentile(50), nanoseconds(500));
  EXPECT_EQ(histogram.percentile(0.1), nanoseconds(1));
}

}  // namespace
}  // namespace halo::bench
