#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "reactor/time.hpp"

namespace halo::httpget {

/// Bytes a second over the last few seconds. *Thread:* one.
class RateMeter {
 public:
  /// So long are bytes remembered: enough to be steady, short enough to notice a stall.
  static constexpr Duration kWindow = std::chrono::seconds(5);

  /// `bytes`: all until now.
  void add(TimePoint now, std::uint64_t bytes);

  /// Nothing before there are two looks that lie apart.
  std::optional<double> bytes_per_s() const;

 private:
  struct Look {
    TimePoint at;
    std::uint64_t bytes;
  };
  std::deque<Look> looks_;  // the first one at most kWindow old, or the only one before it
};

/// What a line of progress tells: of one download, or of all of them together.
struct ProgressState {
  std::string name;                    ///< what it is about; of several: "3 of 10 done, 4 running"
  std::uint64_t bytes = 0;             ///< saved until now
  std::optional<std::uint64_t> total;  ///< if it is known
  std::optional<double> bytes_per_s;
  Duration elapsed{};
  std::size_t tick = 0;  ///< how often it was drawn: turns the spinner
};

/// One line without its end that fits into `columns` of a terminal: a bar, what has arrived, the
/// rate and the time left; of an unknown whole a spinner and the time taken. Narrow lines leave out
/// what matters least. Control bytes are escaped.
std::string progress_text(const ProgressState& state, std::size_t columns);

/// "0 B", "999 B", "1.50 KiB", "12.3 MiB", "1023 GiB": at most 8 columns.
std::string format_bytes(std::uint64_t bytes);

/// "0:07", "12:34", "3:00:00".
std::string format_time(Duration duration);

}  // namespace halo::httpget
