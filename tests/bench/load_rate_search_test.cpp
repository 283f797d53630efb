#include <random>

#include <gtest/gtest.h>

#include "bench/load/rate_search.hpp"

namespace halo::bench::load {
namespace {

/// Searches a server that keeps the bound up to `capacity`. Returns how many probes it took.
std::size_t search(RateSearch& search, double capacity) {
  std::size_t probes = 0;
  while (const std::optional<double> rate = search.next()) {
    search.note(*rate <= capacity);
    ++probes;
  }
  return probes;
}

TEST(LoadRateSearch, FindsTheCapacityToItsPrecisionWhereverItBegins) {
  for (const double first : {10.0, 1000.0, 1e6}) {
    for (const double capacity : {137.0, 4000.0, 77'777.0}) {
      RateSearch one(first, 1e7, 1);
      const std::size_t probes = search(one, capacity);
      ASSERT_TRUE(one.found()) << first << ", " << capacity;
      EXPECT_LE(*one.found(), capacity);
      EXPECT_GE(*one.found() * RateSearch::kPrecision, capacity);
      EXPECT_LE(probes, 30U);
    }
  }
}

TEST(LoadRateSearch, SaysThatThereIsNone) {
  RateSearch one(1000, 1e7, 1);
  EXPECT_LE(search(one, 0), 15U);
  EXPECT_FALSE(one.found());
}

TEST(LoadRateSearch, GoesNoHigherThanItMay) {
  RateSearch one(1000, 5000, 1);
  (void)search(one, 1e9);
  EXPECT_EQ(one.found(), 5000.0);
}

TEST(LoadRateSearch, ALuckyProbeIsNotConfirmedAndItGoesOnBelow) {
  RateSearch one(1000, 1e7, 1);
  std::size_t probes = 0;
  while (const std::optional<double> rate = one.next()) {
    // 8000 is kept once, by luck; the truth is 3000.
    one.note(*rate <= 3000 || (*rate <= 8000 && !one.confirming()));
    ++probes;
  }
  ASSERT_TRUE(one.found());
  EXPECT_LE(*one.found(), 3000);
  EXPECT_GE(*one.found() * RateSearch::kPrecision, 2999);
  EXPECT_LE(probes, RateSearch::kProbesMax);
}

TEST(LoadRateSearch, WhatIsFoundWasMeasuredThreeTimes) {
  RateSearch one(1000, 1e7, 1);
  std::size_t kept = 0;
  double last = 0;
  while (const std::optional<double> rate = one.next()) {
    kept = *rate == last ? kept : 0;
    last = *rate;
    const bool holds = *rate <= 1234;
    kept += holds ? 1 : 0;
    one.note(holds);
  }
  EXPECT_EQ(one.found(), last);
  EXPECT_GE(kept, RateSearch::kConfirmations);
}

TEST(LoadRateSearch, EndsAmongNoise) {
  std::mt19937_64 random(1);
  RateSearch one(1000, 1e7, 1);
  std::size_t probes = 0;
  while (one.next()) {
    one.note(random() % 2 == 0);
    ASSERT_LE(++probes, RateSearch::kProbesMax);
  }
}

}  // namespace
}  // namespace halo::bench::load
