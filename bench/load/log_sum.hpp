#pragma once

#include <cstddef>
#include <istream>
#include <map>
#include <string>
#include <system_error>

#include "bench/histogram/histogram_log.hpp"

namespace halo::bench {

/// What several logs hold together, by tag: the sum of the histograms, from the first start to the
/// last end. Its memory does not grow with the logs, for tags have a maximum.
class LogSum {
 public:
  /// 270 KB each: more are rather a mistake in how they were named.
  static constexpr std::size_t kTagsMax = 64;

  /// Where and why a log could not be added.
  struct Failure {
    std::error_code why;   ///< none: it was added
    std::size_t line = 0;  ///< 0: the log as a whole
  };

  /// Reads a log to its end. Fails with what HistogramLogReader says, and with kTooManyTags,
  /// kTooManyValues, or kNoIntervals for a log without any; then the sum is of no use.
  Failure add(std::istream& log);

  const std::map<std::string, LogInterval>& tags() const noexcept { return tags_; }

  /// The log that one recorder would have written: a line for each tag. Needs zlib, which it has
  /// where a log was read. Checked: there is an interval.
  std::string to_log() const;

 private:
  std::error_code add(const LogInterval& interval);

  std::map<std::string, LogInterval> tags_;
};

}  // namespace halo::bench
