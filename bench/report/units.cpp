#include "bench/report/units.hpp"

#include <array>
#include <cmath>
#include <span>
#include <string_view>

#include <fmt/format.h>

namespace halo::bench::report {
namespace {

struct Size {
  double divisor;
  std::string_view suffix;
};

// From small to large.
constexpr std::array kCounts = {Size{1, ""}, Size{1e3, "k"}, Size{1e6, "M"}, Size{1e9, "G"}};
constexpr std::array kTimes = {Size{1, " µs"}, Size{1e3, " ms"}, Size{1e6, " s"}};
constexpr std::array kByteSizes = {Size{1, " B"}, Size{1024, " KiB"}, Size{1024.0 * 1024, " MiB"},
                                   Size{1024.0 * 1024 * 1024, " GiB"}};
constexpr std::array kShares = {Size{0.01, " %"}};
constexpr std::array kPlain = {Size{1, ""}};
constexpr double kPlainCountMax = 10'000;  // below it "4096" reads better than "4.10k"

std::span<const Size> sizes_of(Unit unit) {
  switch (unit) {
    case Unit::kCount:
    case Unit::kPerSecond:
      return kCounts;
    case Unit::kMicroseconds:
      return kTimes;
    case Unit::kBytes:
      return kByteSizes;
    case Unit::kShare:
      return kShares;
    case Unit::kCores:
    case Unit::kRatio:
    case Unit::kSeconds:
      break;
  }
  return kPlain;
}

Size size_for(double value, Unit unit) {
  const std::span<const Size> sizes = sizes_of(unit);
  Size fitting = sizes.front();
  for (const Size& size : sizes) {
    if (std::abs(value) >= size.divisor) {
      fitting = size;
    }
  }
  return fitting;
}

std::string_view word_after(Unit unit) {
  switch (unit) {
    case Unit::kPerSecond:
      return "/s";
    case Unit::kCores:
      return " cores";
    case Unit::kRatio:
      return "x";
    case Unit::kSeconds:
      return " s";
    default:
      return "";
  }
}

std::string three_digits(double value) {
  if (value == 0) {
    return "0";
  }
  const double size = std::abs(value);
  return fmt::format("{:.{}f}", value, size < 10 ? 2 : size < 100 ? 1 : 0);
}

}  // namespace

double divisor_for(double value, Unit unit) { return size_for(value, unit).divisor; }

std::string format_value(double value, Unit unit) {
  if (!std::isfinite(value)) {
    return "n/a";
  }
  if (unit == Unit::kCount && std::abs(value) < kPlainCountMax) {
    return fmt::format("{:.0f}", value);
  }
  const Size size = size_for(value, unit);
  return fmt::format("{}{}{}", three_digits(value / size.divisor), size.suffix, word_after(unit));
}

std::string tick_label(double value, Unit unit) {
  if (value == 0) {
    return "0";
  }
  if (unit == Unit::kCount && std::abs(value) < kPlainCountMax) {
    return fmt::format("{:.4g}", value);
  }
  const Size size = size_for(value, unit);
  return fmt::format("{:.3g}{}{}", value / size.divisor, size.suffix,
                     unit == Unit::kRatio ? "x" : "");
}

}  // namespace halo::bench::report
