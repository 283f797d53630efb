#include "bench/statistics.hpp"

#include <cmath>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

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

TEST(Estimate, OfThreeRatiosAsComputedByHand) {
  // Logarithms -0.1, 0, 0.1: mean 0, deviation 0.1, error 0.1 / sqrt(3), times 4.303.
  const std::optional<Estimate> found = estimate(std::vector{std::exp(-0.1), 1.0, std::exp(0.1)});
  ASSERT_TRUE(found.has_value());
  EXPECT_NEAR(found->ratio, 1.0, 1e-12);
  EXPECT_NEAR(found->low, std::exp(-0.248434), 1e-6);
  EXPECT_NEAR(found->high, std::exp(0.248434), 1e-6);
  EXPECT_FALSE(found->differs());
}

TEST(Estimate, IsTheSameForAModelAndItsInverse) {
  const std::optional<Estimate> found = estimate(std::vector{1.1, 1.2, 1.4, 1.3});
  const std::optional<Estimate> inverse = estimate(std::vector{1 / 1.1, 1 / 1.2, 1 / 1.4, 1 / 1.3});
  EXPECT_NEAR(found->ratio * inverse->ratio, 1.0, 1e-12);
  EXPECT_NEAR(found->low * inverse->high, 1.0, 1e-12);
}

TEST(Estimate, TakesTwoRatios) {
  EXPECT_EQ(estimate(std::vector<double>{}), std::nullopt);
  EXPECT_EQ(estimate(std::vector{1.5}), std::nullopt);
  // One degree of freedom: 12.706 times the error, which is half of the distance.
  EXPECT_NEAR(estimate(std::vector{1.0, std::exp(0.2)})->high, std::exp(0.1 + 12.706 * 0.1), 1e-9);
}

TEST(Estimate, UsesStudentsDistribution) {
  // `count` values one deviation beside 1, by turns: the interval's half is the percentile over
  // sqrt(count - 1).
  for (const auto& [count, percentile] :
       {std::pair{4, 3.182}, {10, 2.262}, {30, 2.045}, {62, 1.9996}, {122, 1.9798}}) {
    std::vector<double> ratios;
    for (int i = 0; i < count; ++i) {
      ratios.push_back(std::exp(i % 2 == 0 ? 0.01 : -0.01));
    }
    const double half = std::log(estimate(ratios)->high);
    EXPECT_NEAR(half / 0.01 * std::sqrt(count - 1), percentile, 2e-3) << count;
  }
}

TEST(Estimate, OfTwoSetsWithoutPairsAsComputedByHand) {
  // Logarithms 0, 0.2 (twice each) against 0.1 and 0.3: means 0.1 and 0.2, each with an error of
  // 0.057735; Welch's error 0.08165, 6 degrees of freedom, 2.447.
  const std::vector before{1.0, std::exp(0.2), 1.0, std::exp(0.2)};
  const std::vector after{std::exp(0.1), std::exp(0.3), std::exp(0.1), std::exp(0.3)};
  const std::optional<Estimate> found = estimate_unpaired(after, before);
  ASSERT_TRUE(found.has_value());
  EXPECT_NEAR(found->ratio, std::exp(0.1), 1e-9);
  EXPECT_NEAR(found->low, std::exp(0.1 - 2.447 * 0.0816497), 1e-6);
  EXPECT_NEAR(found->high, std::exp(0.1 + 2.447 * 0.0816497), 1e-6);
  EXPECT_EQ(estimate_unpaired(after, std::vector{1.0}), std::nullopt);
}

TEST(Estimate, OfSetsThatDoNotVaryIsTheirRatio) {
  const std::optional<Estimate> found =
      estimate_unpaired(std::vector{2.0, 2.0, 2.0}, std::vector{1.0, 1.0});
  ASSERT_TRUE(found.has_value());
  EXPECT_NEAR(found->low, 2.0, 1e-9);
  EXPECT_NEAR(found->high, 2.0, 1e-9);
}

/// A machine whose speed drifts and jumps, as one that is shared does: each value hangs together
/// with the one before.
class NoisyMachine {
 public:
  explicit NoisyMachine(std::uint64_t seed) : random_(seed) {}

  double cost_of(double work) {
    state_ = 0.9 * state_ + 0.1 * normal_(random_);
    const double jump = uniform_(random_) < 0.02 ? 1.5 : 1.0;
    return work * std::exp(state_) * jump * std::exp(0.02 * normal_(random_));
  }

  /// A round's ratio of a server with `work` to one with 1, each in `kSlices` slices, by turns. Two
  /// processes of the same program differ by a percent, since their memory lies elsewhere.
  double round(double work) {
    constexpr int kSlices = 8;
    const double mine = work * std::exp(0.01 * normal_(random_));
    const double theirs = std::exp(0.01 * normal_(random_));
    std::vector<Pair> slices;
    for (int i = 0; i < kSlices; ++i) {
      slices.push_back(i % 2 == 0 ? Pair{cost_of(mine), cost_of(theirs)} : swapped(mine, theirs));
    }
    return *median(paired_ratios(slices));
  }

 private:
  Pair swapped(double mine, double theirs) {
    Pair pair;
    pair.theirs = cost_of(theirs);
    pair.mine = cost_of(mine);
    return pair;
  }

  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  std::uniform_real_distribution<double> uniform_;
  double state_ = 0;
};

int comparisons_that_differ(double work, std::uint64_t seed) {
  constexpr int kComparisons = 20;
  constexpr int kRounds = 7;
  NoisyMachine machine(seed);
  int differ = 0;
  for (int i = 0; i < kComparisons; ++i) {
    std::vector<double> rounds;
    for (int round = 0; round < kRounds; ++round) {
      rounds.push_back(machine.round(work));
    }
    differ += estimate(rounds)->differs() ? 1 : 0;
  }
  return differ;
}

// Fixed seeds: one comparison in twenty may differ by chance, so that some seed always has three.
TEST(Estimate, OfTwentyComparisonsOfAServerWithItselfAtMostTwoDiffer) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
    EXPECT_LE(comparisons_that_differ(1.0, seed), 2) << "seed " << seed;
  }
}

TEST(Estimate, ATenthMoreWorkDiffers) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
    EXPECT_GE(comparisons_that_differ(1.1, seed), 19) << "seed " << seed;
  }
}

}  // namespace
}  // namespace halo::bench
