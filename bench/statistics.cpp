#include "bench/statistics.hpp"

#include <algorithm>

namespace halo::bench {

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

}  // namespace halo::bench
