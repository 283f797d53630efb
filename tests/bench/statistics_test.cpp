#include "bench/statistics.hpp"

#include <gtest/gtest.h>

namespace halo::bench {
namespace {

TEST(Median, IsTheMiddleOrTheMeanOfTheTwoMiddleOnes) {
  EXPECT_EQ(median(std::vector{3.0, 1.0, 2.0}), 2.0);
  EXPECT_EQ(median(std::vector{4.0, 1.0, 2.0, 3.0}), 2.5);
  EXPECT_EQ(median(std::vector{7.0}), 7.0);
  EXPECT_EQ(median(std::vector<double>{}), std::nullopt);
}

TEST(Spread, HasTheLowestAndTheHighest) {
  const std::optional<Spread> found = spread(std::vector{1.2, 0.9, 1.0});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->median, 1.0);
  EXPECT_EQ(found->min, 0.9);
  EXPECT_EQ(found->max, 1.2);
  EXPECT_EQ(spread(std::vector<double>{}), std::nullopt);
}

TEST(Spread, IncludesWhatLiesBetweenItsEnds) {
  const Spread around_one{1.0, 0.9, 1.1};
  EXPECT_TRUE(around_one.includes(1.0));
  EXPECT_TRUE((Spread{1.1, 1.0, 1.2}).includes(1.0));
  EXPECT_FALSE((Spread{1.1, 1.01, 1.2}).includes(1.0));
  EXPECT_FALSE((Spread{0.9, 0.8, 0.99}).includes(1.0));
}

TEST(PairedRatios, DriftThatHitsBothCancelsOut) {
  // The machine gets three times as slow; the ratio does not.
  const std::vector<Pair> rounds{{2.0, 1.0}, {4.0, 2.0}, {6.0, 3.0}};
  EXPECT_EQ(paired_ratios(rounds), (std::vector{2.0, 2.0, 2.0}));
}

TEST(PairedRatios, ARoundThatLacksOneOfTheTwoIsLeftOut) {
  const std::vector<Pair> rounds{{2.0, std::nullopt}, {std::nullopt, 2.0}, {3.0, 2.0}, {1.0, 0.0}};
  EXPECT_EQ(paired_ratios(rounds), std::vector{1.5});
}

}  // namespace
}  // namespace halo::bench
