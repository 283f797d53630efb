#pragma once

#include <string>

#include "bench/histogram/histogram_log.hpp"
#include "reactor/result.hpp"

namespace halo::bench {

/// Makes the text of an interval log; whoever has the file writes it. *Thread:* any.
class HistogramLogWriter {
 public:
  /// Of a recorder that began at `start` since the epoch of 1970, whole milliseconds. Intervals are
  /// written relative to it.
  explicit HistogramLogWriter(LogTime start) noexcept : start_(start) {}

  /// The lines at the top of the file.
  std::string head() const;

  /// A line for one interval, with its end. Fails with kNoZlib. Checked: the tag is one, or empty,
  /// and the interval does not begin before the log.
  Result<std::string> line(const LogInterval& interval) const;

 private:
  LogTime start_;
};

}  // namespace halo::bench
