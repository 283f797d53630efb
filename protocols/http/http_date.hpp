#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace halo::http {

/// A moment of the calendar, in whole seconds since 1970 (UTC, without leap seconds).
using DateSeconds = std::chrono::sys_seconds;

/// "Sun, 06 Nov 1994 08:49:37 GMT": always 29 bytes, for years from 0 to 9999.
/// See: RFC 9110, 5.6.7.
std::string format_http_date(DateSeconds date);

/// Reads that form, and the two obsolete ones ("Sunday, 06-Nov-94 08:49:37 GMT" and
/// "Sun Nov  6 08:49:37 1994"). A year of two digits is the latest that is no more than 50 years
/// after `now`. Nothing for any other text or a date that the calendar does not have; the day of
/// the week must be one, not the right one. A leap second is the next minute's first.
std::optional<DateSeconds> parse_http_date(std::string_view text, DateSeconds now);

}  // namespace halo::http
