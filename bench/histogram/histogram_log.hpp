#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "bench/histogram/histogram.hpp"

namespace halo::bench {

/// The interval log format of HdrHistogram, version 1.3, which its tools read and draw: lines of
///
///     #[BaseTime: 1700000000.000 (seconds since epoch)]     added to each START
///     #[StartTime: 1700000000.000 (seconds since epoch), …] when the recorder began
///     #anything else                                        a comment
///     "StartTimestamp","Interval_Length",…                  names of the columns, in quotes
///     [Tag=NAME,]START,LENGTH,MAXIMUM,HISTOGRAM             an interval
///
/// Times are seconds with milliseconds; MAXIMUM is for people, here in milliseconds; HISTOGRAM is
/// as in histogram_text.hpp, of nanoseconds.

/// A point in time as a log has it: since the epoch of 1970, or since whatever its recorder chose.
using LogTime = std::chrono::milliseconds;

/// What was recorded from `start` on for `length`. The tag keeps recorders of one log apart; it may
/// be empty.
struct LogInterval {
  std::string tag;
  LogTime start{};
  std::chrono::milliseconds length{};
  Histogram histogram;

  friend bool operator==(const LogInterval&, const LogInterval&) = default;
};

inline constexpr std::size_t kTagBytesMax = 64;

/// An interval ends at most so long after the epoch: whatever is added up can be written again.
inline constexpr std::chrono::milliseconds kLogTimeMax = std::chrono::hours(24 * 365 * 1000);

/// Whether a log can hold this tag: 1 to kTagBytesMax bytes without blanks, commas and control
/// bytes.
constexpr bool is_tag(std::string_view text) noexcept {
  if (text.empty() || text.size() > kTagBytesMax) {
    return false;
  }
  for (const char c : text) {
    if ((c >= 0 && c <= ' ') || c == ',' || c == '\x7f') {
      return false;
    }
  }
  return true;
}

}  // namespace halo::bench
