#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string_view>
#include <vector>

#include "bench/histogram/histogram_log.hpp"
#include "reactor/result.hpp"

namespace halo::bench {

/// Reads an interval log, strictly: a line that is neither empty, a comment, names of columns nor
/// an interval is an error. Holds one line, whatever the size of the log, and one histogram.
/// *Lifetime:* the stream must outlive it.
class HistogramLogReader {
 public:
  /// The longest text of a histogram, with room for the rest of its line.
  static constexpr std::size_t kLineBytesMax = 512 * 1024;

  explicit HistogramLogReader(std::istream& log) : log_(log), line_(kLineBytesMax + 1) {}

  /// The next interval; nothing at the end of the log. Fails with a HistogramErrc, which is about
  /// `line_number()`; then there is no going on.
  Result<std::optional<LogInterval>> next();

  /// The line that was read last, from 1 on; 0 before the first.
  std::size_t line_number() const noexcept { return line_number_; }

 private:
  Result<bool> read_line();
  std::error_code read_comment(std::string_view comment);
  Result<LogInterval> read_interval(std::string_view line);
  LogTime base_of(LogTime first) const noexcept;

  std::istream& log_;
  std::vector<char> line_;
  std::string_view text_;  // of line_
  std::size_t line_number_ = 0;
  std::optional<LogTime> base_time_;
  std::optional<LogTime> start_time_;
};

}  // namespace halo::bench
