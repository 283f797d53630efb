#include "reactor/time.hpp"

#include <gtest/gtest.h>

namespace halo {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(Time, MonotonicClockNeverGoesBack) {
  TimePoint before = monotonic_clock().now();
  for (int i = 0; i < 10'000; ++i) {
    const TimePoint after = monotonic_clock().now();
    ASSERT_GE(after, before);
    before = after;
  }
}

TEST(Time, MonotonicClockIsOneObject) { EXPECT_EQ(&monotonic_clock(), &monotonic_clock()); }

TEST(Time, SaturatingAddAddsWhatFits) {
  EXPECT_EQ(saturating_add(TimePoint(seconds(5)), seconds(2)), TimePoint(seconds(7)));
  EXPECT_EQ(saturating_add(TimePoint(seconds(5)), Duration::zero()), TimePoint(seconds(5)));
}

TEST(Time, SaturatingAddStopsAtTheEndOfTime) {
  EXPECT_EQ(saturating_add(TimePoint(seconds(5)), Duration::max()), TimePoint::max());
  EXPECT_EQ(saturating_add(TimePoint::max(), Duration(1)), TimePoint::max());
  EXPECT_EQ(saturating_add(TimePoint::max() - Duration(1), Duration(1)), TimePoint::max());
}

TEST(Time, SaturatingAddTakesNegativeLengths) {
  EXPECT_EQ(saturating_add(TimePoint(seconds(5)), -seconds(7)), TimePoint(-seconds(2)));
  EXPECT_EQ(saturating_add(TimePoint::max(), -hours(1)), TimePoint::max() - hours(1));
}

}  // namespace
}  // namespace halo
