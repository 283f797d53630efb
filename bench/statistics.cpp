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

/// Of several values: where their logarithms lie, and how sure that is.
struct Logarithms {
  double mean = 0;
  double error_squared = 0;  // of the mean
  std::size_t freedom = 1;
};

constexpr double kRounding = 1e-9;  // of what is a whole number but for floating point

/// Empty: there are fewer than two, or one that has none.
std::optional<Logarithms> logarithms(std::span<const double> values) {
  if (values.size() < 2 ||
      std::any_of(values.begin(), values.end(), [](double value) { return !(value > 0); })) {
    return std::nullopt;
  }
  const auto count = static_cast<double>(values.size());
  Logarithms found;
  for (const double value : values) {
    found.mean += std::log(value) / count;
  }
  double squares = 0;
  for (const double value : values) {
    squares += (std::log(value) - found.mean) * (std::log(value) - found.mean);
  }
  found.error_squared = squares / (count - 1) / count;
  found.freedom = values.size() - 1;
  return found;
}

Estimate interval(double mean, double error_squared, std::size_t freedom) {
  const double half = student(freedom) * std::sqrt(error_squared);
  return {std::exp(mean), std::exp(mean - half), std::exp(mean + half)};
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
  const std::optional<Logarithms> logs = logarithms(ratios);
  return logs ? std::optional(interval(logs->mean, logs->error_squared, logs->freedom))
              : std::nullopt;
}

std::optional<Estimate> estimate_unpaired(std::span<const double> mine,
                                          std::span<const double> theirs) {
  const std::optional<Logarithms> my = logarithms(mine);
  const std::optional<Logarithms> their = logarithms(theirs);
  if (!my || !their) {
    return std::nullopt;
  }
  const double error_squared = my->error_squared + their->error_squared;
  const auto part = [](const Logarithms& logs) {
    return logs.error_squared * logs.error_squared / static_cast<double>(logs.freedom);
  };
  // Welch and Satterthwaite's; rounded down, which makes the interval wider.
  const double freedom = error_squared > 0
                             ? error_squared * error_squared / (part(*my) + part(*their))
                             : static_cast<double>(std::min(my->freedom, their->freedom));
  return interval(my->mean - their->mean, error_squared,
                  static_cast<std::size_t>(std::max(1.0, freedom + kRounding)));
}

}  // namespace halo::bench
