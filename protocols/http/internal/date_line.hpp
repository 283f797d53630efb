#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "protocols/http/http_date.hpp"
#include "reactor/time.hpp"

namespace halo::http {

/// The Date line of answers, made once for each second.
class DateLine {
 public:
  /// "Date: Sun, 06 Nov 1994 08:49:37 GMT" with CRLF. `now`: the loop's. *Lifetime:* until the next
  /// call.
  std::string_view at(TimePoint now) {
    if (!holds_at(now)) {
      make(now, std::chrono::system_clock::now());
    }
    return text_;
  }

  /// Whether the line of the last call is still that of `now`.
  bool holds_at(TimePoint now) const noexcept { return now < next_at_; }

  /// As `at`, at a given time of day.
  void make(TimePoint now, std::chrono::system_clock::time_point wall) {
    const auto second = std::chrono::floor<std::chrono::seconds>(wall);
    next_at_ = now + std::chrono::duration_cast<Duration>(second + std::chrono::seconds(1) - wall);
    text_.assign("Date: ").append(format_http_date(second)).append("\r\n");
  }

 private:
  std::string text_;
  TimePoint next_at_{};  // when the second is over
};

}  // namespace halo::http
