#pragma once

#include <cstdint>
#include <optional>

#include "bench/histogram/histogram.hpp"
#include "bench/time_series.hpp"

namespace halo::bench {

/// What one slice of a run adds to its time series.
struct SliceTotals {
  Duration length{};                               ///< in which answers were counted
  Duration loaded{};                               ///< `length`, its beginning and its end
  std::optional<Duration> server_cpu, client_cpu;  ///< in `length`
};

/// Of nothing yet.
SliceTotals no_time();

SliceTotals operator+(const SliceTotals& left, const SliceTotals& right);

/// Makes a time series of slices: each sample is made of as many whole ones as last 100 ms. A slice
/// is longer where a turn through all connections is; nothing shorter than that has a rate.
/// *Owner:* a contestant. *Thread:* one.
class SeriesRecorder {
 public:
  /// `server_pid`: whom to ask the system about, at the end of each sample.
  explicit SeriesRecorder(int server_pid);

  /// `latency`: of the answers of this slice.
  void add(const SliceTotals& slice, const Histogram& latency);

  const TimeSeries& series() const noexcept { return series_; }

 private:
  void end_sample();
  std::optional<std::uint64_t> cheap_switches() const;

  const int pid_;
  TimeSeries series_;
  Duration end_{};                  // of what was sampled
  SliceTotals totals_ = no_time();  // since then
  Histogram latency_;               // since then
  std::optional<std::uint64_t> switches_;
};

}  // namespace halo::bench
