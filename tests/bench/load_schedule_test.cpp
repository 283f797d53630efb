#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "bench/load/schedule.hpp"

namespace halo::bench::load {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::vector<Duration> first(Schedule schedule, std::size_t count) {
  std::vector<Duration> times;
  for (std::size_t i = 0; i < count; ++i) {
    times.push_back(schedule.due());
    schedule.take();
  }
  return times;
}

/// How many are due before `time`.
std::uint64_t due_before(Schedule schedule, Duration time) {
  schedule.take_before(time);
  return schedule.taken();
}

TEST(LoadSchedule, ConstantArrivalsAreEvenlySpaced) {
  EXPECT_EQ(
      first(Schedule({.rate = 1000}), 4),
      (std::vector<Duration>{milliseconds(1), milliseconds(2), milliseconds(3), milliseconds(4)}));
}

TEST(LoadSchedule, ConstantArrivalsDoNotDrift) {
  Schedule schedule({.rate = 3});  // a third of a second is no whole number of nanoseconds
  for (int i = 0; i < 2'999'999; ++i) {
    schedule.take();
  }
  EXPECT_EQ(schedule.due(), seconds(1'000'000));
}

TEST(LoadSchedule, SharesOfSeveralThreadsInterleave) {
  const Schedule odd({.rate = 500, .phase = 0.5});
  const Schedule even({.rate = 500, .phase = 1});
  EXPECT_EQ(first(odd, 2), (std::vector<Duration>{milliseconds(1), milliseconds(3)}));
  EXPECT_EQ(first(even, 2), (std::vector<Duration>{milliseconds(2), milliseconds(4)}));
}

TEST(LoadSchedule, TheRateRisesInAStraightLine) {
  const Schedule schedule({.rate = 1000, .ramp = seconds(10)});
  // The area of a triangle: 1000 * t^2 / 20.
  EXPECT_EQ(due_before(schedule, seconds(1) + microseconds(1)), 50U);
  EXPECT_EQ(due_before(schedule, seconds(5) + microseconds(1)), 1250U);
  EXPECT_EQ(due_before(schedule, seconds(10) + microseconds(1)), 5000U);
  EXPECT_EQ(due_before(schedule, seconds(11) + microseconds(1)), 6000U);
}

TEST(LoadSchedule, PoissonArrivalsHaveTheMeanAndTheSpreadOfTheirName) {
  constexpr int kArrivals = 200'000;
  Schedule schedule({.rate = 1000, .arrivals = Arrivals::kPoisson, .seed = 7});
  double sum = 0;
  double squares = 0;
  Duration last{};
  for (int i = 0; i < kArrivals; ++i) {
    const double gap = std::chrono::duration<double>(schedule.due() - last).count();
    ASSERT_GE(gap, 0);
    sum += gap;
    squares += gap * gap;
    last = schedule.due();
    schedule.take();
  }
  const double mean = sum / kArrivals;
  EXPECT_NEAR(mean, 0.001, 0.00002);
  // Exponential gaps: the standard deviation is the mean.
  EXPECT_NEAR(std::sqrt(squares / kArrivals - mean * mean), 0.001, 0.00002);
}

TEST(LoadSchedule, ASeedMakesTheSameArrivalsEverywhere) {
  const ScheduleOptions options{.rate = 10, .arrivals = Arrivals::kPoisson, .seed = 42};
  const std::vector<Duration> times = first(Schedule(options), 100);
  EXPECT_EQ(times, first(Schedule(options), 100));
  ScheduleOptions other = options;
  other.seed = 43;
  EXPECT_NE(times, first(Schedule(other), 100));
  // The standard fixes mt19937_64; the rest is arithmetic of ours.
  EXPECT_NEAR(std::chrono::duration<double>(times[0]).count(), 0.028094, 0.001);
}

TEST(LoadSchedule, WhatIsDueAtTheVeryMomentIsNotDueBeforeIt) {
  EXPECT_EQ(due_before(Schedule({.rate = 1000}), milliseconds(3)), 2U);
}

}  // namespace
}  // namespace halo::bench::load
