#include "bench/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace halo::bench {

namespace {

// The 97.5th percentile of Student's t distribution, by degrees of freedom from 1 on.
constexpr std::array kStudent = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                                 2.262,  2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                                 2.110,  2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                                 2.060,  2.056, 2.052, 2.048, 2.045, 2.042};

double student(std::size_t freedom) {
  constexpr double kNormal = 1.960;
  // Beyond the table by its first term of expansion, which is right to the third digit.
  return freedom <= kStudent.size() ? kStudent[freedom - 1]
                                    : kNormal + (kNormal * kNormal * kNormal + kNormal) /
                                                    (4.0 * static_cast<double>(freedom));
}

}  // namespace

std::optional<double> median(std::span<const double> values) {
  if (values.empty()) {
    return std::nullopt;
  }
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t upper = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[upper] : (sorted[upper - 1] + sorted[upper]) / 2;
}

std::optional<Spread> spread(std::span<const double> values) {
  const std::optional<double> middle = median(values);
  if (!middle) {
    return std::nullopt;
  }
  const auto [min, max] = std::minmax_element(values.begin(), values.end());
  return Spread{*middle, *min, *max};
}

std::vector<double> paired_ratios(std::span<const Pair> rounds) {
  std::vector<double> ratios;
  for (const Pair& round : rounds) {
    if (round.mine && round.theirs && *round.theirs > 0) {
      ratios.push_back(*round.mine / *round.theirs);
    }
  }
  return ratios;
}

std::optional<Estimate> estimate(std::span<const double> ratios) {
  const std::size_t count = ratios.size();
  if (count < 2) {
    return std::nullopt;
  }
  double sum = 0;
  for (const double ratio : ratios) {
    sum += std::log(ratio);
  }
  const double mean = sum / static_cast<double>(count);
  double squares = 0;
  for (const double ratio : ratios) {
    squares += (std::log(ratio) - mean) * (std::log(ratio) - mean);
  }
  const double error =
      std::sqrt(squares / static_cast<double>(count - 1) / static_cast<double>(count));
  const double half = student(count - 1) * error;
  return Estimate{std::exp(mean), std::exp(mean - half), std::exp(mean + half)};
}

}  // namespace halo::bench
