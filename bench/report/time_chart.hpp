#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/report/model_styles.hpp"
#include "bench/report/units.hpp"
#include "bench/time_series.hpp"

namespace halo::bench::report {

using SampleFigure = std::optional<double> (*)(const Sample& sample);

/// What is followed through a run.
struct TimeStrip {
  std::string_view name;
  Unit unit;
  SampleFigure figure;
};

/// In the order from top to bottom.
const std::vector<TimeStrip>& time_strips();

struct TimeLine {
  std::string name;
  ModelStyle style;
  TimeSeries series;
};

/// One strip below the other, on one axis of time.
struct TimeChart {
  std::string title;
  std::string description;  ///< for who does not see it
  std::vector<TimeLine> lines;
  std::size_t points_max = 0;  ///< of each line in each strip
};

/// Whether a sample of any line tells it.
bool is_known(const TimeChart& chart, const TimeStrip& strip);

/// The chart as an <svg>, of the strips that are known; at least one is. `id`: unique on its page.
std::string draw(const TimeChart& chart, std::string_view id);

/// At most `points_max` samples of a figure, so that each extreme stays: of a part of the samples
/// its smallest and its largest.
struct TimePoint {
  double seconds = 0;
  std::optional<double> value;
};
std::vector<TimePoint> thinned(const TimeSeries& series, SampleFigure figure,
                               std::size_t points_max);

}  // namespace halo::bench::report
