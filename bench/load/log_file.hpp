#pragma once

#include <fstream>
#include <optional>
#include <string>

#include "bench/histogram/histogram_log_writer.hpp"
#include "bench/load/tallies.hpp"

namespace halo::bench::load {

/// The seconds of a load as an interval log: lines with the tag "response", where the load has a
/// schedule, and "service". *Thread:* one.
class LogFile {
 public:
  /// Writes to `path`, which is emptied. `open_loop`: the load has a schedule.
  LogFile(const std::string& path, bool open_loop);

  /// At the end of each interval, in their order; those of the warm-up are not written.
  void add(const Interval& interval);

  /// Whether all could be written.
  bool flush() { return static_cast<bool>(file_.flush()); }

 private:
  void write(const char* tag, LogTime start, const Interval& interval, const Histogram& histogram);

  std::ofstream file_;
  bool open_loop_;
  LogTime window_begin_{};  // since the epoch; once there is a writer
  std::optional<HistogramLogWriter> writer_;
};

}  // namespace halo::bench::load
