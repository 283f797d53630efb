#include "bench/load/text.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace halo::bench::load {

std::string time_text(Duration time) {
  struct Unit {
    std::string_view name;
    double ns;
  };
  constexpr std::array kUnits = {Unit{"ns", 1}, Unit{"us", 1e3}, Unit{"ms", 1e6}, Unit{"s", 1e9}};
  const auto ns = static_cast<double>(time.count());
  std::size_t unit = 0;
  while (unit + 1 < kUnits.size() && ns / kUnits[unit].ns >= 999.5) {
    ++unit;
  }
  const double amount = ns / kUnits[unit].ns;
  const int digits = unit == 0 || amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f} {}", amount, digits, kUnits[unit].name);
}

std::string count_text(std::uint64_t count) {
  std::string digits = fmt::format("{}", count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) {
    digits.insert(at - 3, 1, ',');
  }
  return digits;
}

double answers_per_s(const Tallies& tallies) noexcept {
  const double seconds = std::chrono::duration<double>(tallies.length).count();
  return seconds > 0 ? static_cast<double>(tallies.answered) / seconds : 0;
}

}  // namespace halo::bench::load
