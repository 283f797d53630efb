#include "bench/report/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace halo::bench::report {
namespace {

constexpr double kStepsWanted = 4;  // on a linear axis
constexpr std::size_t kLogTicksMax = 6;
constexpr double kSmallestShare = 1e-6;  // of a logarithmic axis' end
constexpr double kTolerance = 1e-9;      // 1e3 by a power is not always 1000
constexpr double kCharacterGap = 0.024;  // of the axis: what a character of a label needs
constexpr std::array kRoundSteps = {1.0, 2.0, 5.0, 10.0};

/// 1, 2 or 5 times a power of ten, at or above `value`.
double round_step(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : kRoundSteps) {
    if (step * power >= value * (1 - kTolerance)) {
      return step * power;
    }
  }
  return 10 * power;
}

/// Round numbers from the last one at or below `min` to the first one at or above `max`: each
/// `stride`-th power of `base`.
std::vector<double> powers(double min, double max, double base, double stride) {
  std::vector<double> values;
  const double first = std::floor(std::log(min) / std::log(base) / stride + kTolerance) * stride;
  for (double exponent = first;; exponent += stride) {
    values.push_back(std::pow(base, exponent));
    if (values.back() >= max * (1 - kTolerance) && values.size() > 1) {
      return values;
    }
  }
}

/// 1, 2, 5, 10, 20, ... around what lies between `min` and `max`.
std::vector<double> round_numbers(double min, double max) {
  std::vector<double> values;
  for (const double power : powers(min, max, 10, 1)) {
    for (const double step : {1.0, 2.0, 5.0}) {
      values.push_back(step * power);
    }
  }
  while (values.size() > 2 && values[1] <= min * (1 + kTolerance)) {
    values.erase(values.begin());
  }
  while (values.size() > 2 && values[values.size() - 2] >= max * (1 - kTolerance)) {
    values.pop_back();
  }
  return values;
}

std::vector<double> log_ticks(double min, double max, Unit unit) {
  const double base = unit == Unit::kBytes ? 2 : 10;
  std::vector<double> values =
      unit == Unit::kBytes ? powers(min, max, base, 1) : round_numbers(min, max);
  for (double stride = 1; values.size() > kLogTicksMax; ++stride) {
    values = powers(min, max, base, stride);
  }
  return values;
}

}  // namespace

Axis::Axis(double min, double max, bool logarithmic, Unit unit)
    : begin_(min), end_(max), logarithmic_(logarithmic), unit_(unit) {}

Axis Axis::linear(double max, Unit unit) {
  const double positive = max > 0 && std::isfinite(max) ? max : 1;
  const double divisor = divisor_for(positive, unit);
  const double step = round_step(positive / divisor / kStepsWanted) * divisor;
  const auto steps = static_cast<int>(std::ceil(positive / step - kTolerance));
  Axis axis(0, steps * step, false, unit);
  for (int i = 0; i <= steps; ++i) {
    axis.add_tick(i * step);
  }
  return axis;
}

Axis Axis::logarithmic(double min, double max, Unit unit) {
  const double end = max > 0 && std::isfinite(max) ? max : 1;
  const double begin = std::clamp(min, end * kSmallestShare, end);
  const std::vector<double> values = log_ticks(begin, end, unit);
  Axis axis(values.front(), values.back(), true, unit);
  for (const double value : values) {
    axis.add_tick(value);
  }
  return axis;
}

Axis Axis::through(const std::vector<double>& values, Unit unit, double label_gap) {
  Axis axis(values.front(), values.back(), true, unit);
  for (const double value : values) {
    if (!axis.ticks_.empty() &&
        axis.place(value) - axis.place(axis.ticks_.back().value) < label_gap) {
      axis.ticks_.pop_back();
    }
    axis.add_tick(value);
  }
  return axis;
}

Axis Axis::percentiles(double rarest) {
  Axis axis(1, std::max(rarest, 10.0), true, Unit::kShare);
  axis.ticks_.push_back({1, "0"});
  const auto powers = static_cast<int>(std::log10(axis.end_) + kTolerance);
  for (int power = 1; power <= powers; ++power) {
    const double value = std::pow(10, power);
    const int digits = std::max(power - 2, 0);  // after the point: 90, 99, 99.9
    Tick tick{value, fmt::format("{:.{}f}", 100 - 100 / value, digits)};
    const double gap = kCharacterGap * static_cast<double>(tick.label.size());
    if (axis.ticks_.size() > 1 && axis.place(value) - axis.place(axis.ticks_.back().value) < gap) {
      axis.ticks_.pop_back();
    }
    axis.ticks_.push_back(std::move(tick));
  }
  return axis;
}

double Axis::scaled(double value) const noexcept {
  return logarithmic_ ? std::log(std::max(value, begin_)) : value;
}

double Axis::place(double value) const noexcept {
  const double length = scaled(end_) - scaled(begin_);
  if (length <= 0) {
    return 0.5;  // a single value stands in the middle
  }
  return std::clamp((scaled(value) - scaled(begin_)) / length, 0.0, 1.0);
}

}  // namespace halo::bench::report
