#pragma once

#include <string>
#include <string_view>

#include "protocols/http/internal/date_line.hpp"
#include "reactor/time.hpp"

namespace halo::http {

/// The lines that an answer's head begins with: status, Date, Content-Type. Answers that are alike
/// share them for a second, and most of a server's answers are.
/// *Owner:* what the sessions of a loop share. *Thread:* the loop's.
class HeadStart {
 public:
  /// `status`: 200 to 599. `content_type`: empty for none, else a value that a field may have.
  /// `now`: the loop's. *Lifetime:* until the next call.
  std::string_view at(TimePoint now, int status, std::string_view content_type) {
    if (status != status_ || content_type != content_type_ || !date_.holds_at(now)) {
      make(now, status, content_type);
    }
    return text_;
  }

  /// Whose line stands in each head.
  DateLine& date() noexcept { return date_; }

 private:
  void make(TimePoint now, int status, std::string_view content_type);

  DateLine date_;
  int status_ = 0;
  std::string content_type_;
  std::string text_;
};

}  // namespace halo::http
