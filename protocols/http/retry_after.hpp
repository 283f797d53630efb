#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "protocols/http/http_date.hpp"

namespace halo::http {

/// How long the value of a Retry-After asks to wait, `now` being the time: never less than nothing,
/// and at most a year, so that sums of it fit wherever times fit. Nothing for what is neither a
/// number of seconds nor a date.
/// See: RFC 9110, 10.2.3.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, DateSeconds now);

}  // namespace halo::http
