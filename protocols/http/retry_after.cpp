#include "protocols/http/retry_after.hpp"

#include <algorithm>

#include "protocols/http/syntax.hpp"

namespace halo::http {

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, DateSeconds now) {
  using std::chrono::seconds;
  constexpr seconds kWaitMax = std::chrono::days(365);
  if (value.empty()) {
    return std::nullopt;
  }
  if (!std::ranges::all_of(value, is_digit)) {
    const std::optional<DateSeconds> date = parse_http_date(value, now);
    return date ? std::optional(std::clamp(*date - now, seconds(0), kWaitMax)) : std::nullopt;
  }
  seconds wait(0);
  for (const char digit : value) {
    wait = std::min(wait * 10 + seconds(digit - '0'), kWaitMax);
  }
  return wait;
}

}  // namespace halo::http
