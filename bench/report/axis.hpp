#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/report/units.hpp"

namespace halo::bench::report {

struct Tick {
  double value = 0;
  std::string label;
};

/// Where values lie on a line from 0 to 1, and what is written at it. *Thread:* a value.
class Axis {
 public:
  /// From 0 to a round number at or above `max`.
  static Axis linear(double max, Unit unit);

  /// From a round number at or below `min` to one at or above `max`. Values that are not above 0
  /// have no place on it: `min` is at least a millionth of `max`.
  static Axis logarithmic(double min, double max, Unit unit);

  /// Logarithmic, labelled at the values themselves, which are above 0 and in ascending order.
  /// Where two labels would stand closer than `label_gap` (0 to 1) the former is left out.
  static Axis through(const std::vector<double>& values, Unit unit, double label_gap);

  /// Percentiles by how rare what lies above them is: 90 %, 99 %, 99.9 %, ... are evenly spread.
  /// It takes 1 / (1 - p), from 1 to `rarest`, and is labelled in percent.
  static Axis percentiles(double rarest);

  /// Ends are 0 and 1; what lies outside of them is put at the nearer one.
  double place(double value) const noexcept;

  const std::vector<Tick>& ticks() const noexcept { return ticks_; }
  Unit unit() const noexcept { return unit_; }

 private:
  Axis(double min, double max, bool logarithmic, Unit unit);

  void add_tick(double value) { ticks_.push_back({value, tick_label(value, unit_)}); }
  double scaled(double value) const noexcept;

  double begin_;
  double end_;
  bool logarithmic_;
  Unit unit_;
  std::vector<Tick> ticks_;
};

}  // namespace halo::bench::report
