#pragma once

#include <optional>
#include <span>
#include <vector>

namespace halo::bench {

/// Where the values of several rounds lie. *Thread:* a value.
struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;

  /// Whether the values lie on both sides of `value`, or on it: then they show no difference from
  /// it.
  bool includes(double value) const noexcept { return min <= value && value <= max; }
};

/// The middle value, or the mean of the two middle ones; empty: there are no values.
std::optional<double> median(std::span<const double> values);

/// Empty: there are no values.
std::optional<Spread> spread(std::span<const double> values);

/// A ratio, and between what it lies with a confidence of 95 %.
struct Estimate {
  double ratio = 1;
  double low = 1;
  double high = 1;

  /// Whether a difference is shown: 1 lies outside.
  bool differs() const noexcept { return low > 1 || high < 1; }

  friend bool operator==(const Estimate&, const Estimate&) = default;
};

/// One round's figure of two models; empty where a run has failed.
struct Pair {
  std::optional<double> mine;
  std::optional<double> theirs;
};

/// mine / theirs for each round that has both. Within a round the two were measured one right after
/// the other, so that what the machine did meanwhile cancels out.
std::vector<double> paired_ratios(std::span<const Pair> rounds);

/// The geometric mean of paired ratios with its interval by Student's t distribution, over their
/// logarithms. Empty: there are fewer than two, or one that is not positive. *See:*
/// https://en.wikipedia.org/wiki/Student%27s_t-distribution
std::optional<Estimate> estimate(std::span<const double> ratios);

/// mine / theirs where no value of the one belongs to one of the other, as in runs on two days: by
/// Welch's t, over logarithms. Wider than that of pairs, since nothing cancels out. Empty: there
/// are fewer than two of either, or one that is not positive. *See:*
/// https://en.wikipedia.org/wiki/Welch%27s_t-test
std::optional<Estimate> estimate_unpaired(std::span<const double> mine,
                                          std::span<const double> theirs);

}  // namespace halo::bench
