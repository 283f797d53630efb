#include "protocols/http/http_date.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "protocols/http/syntax.hpp"

namespace halo::http {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::size_t kShortBytes = 3;

void append_number(std::string& out, unsigned number, std::size_t digits) {
  std::string text(digits, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number /= 10) {
    *digit = static_cast<char>('0' + number % 10);
  }
  out += text;
}

// Takes a text apart from its front. After the first thing that is not as it should be nothing is.
class Reader {
 public:
  explicit Reader(std::string_view text) noexcept : rest_(text) {}

  void literal(std::string_view text) noexcept {
    good_ = good_ && rest_.starts_with(text);
    rest_.remove_prefix(good_ ? text.size() : 0);
  }

  // Exactly so many digits; where `padded`, a blank may stand for a leading zero.
  unsigned number(std::size_t digits, bool padded = false) noexcept {
    unsigned value = 0;
    good_ = good_ && rest_.size() >= digits;
    for (std::size_t i = 0; good_ && i < digits; ++i) {
      const char c = padded && i == 0 && rest_[i] == ' ' ? '0' : rest_[i];
      good_ = is_digit(c);
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    rest_.remove_prefix(good_ ? digits : 0);
    return value;
  }

  unsigned month() noexcept {
    const std::size_t at = kMonths.find(rest_.substr(0, kShortBytes));
    const bool found = at != std::string_view::npos && at % kShortBytes == 0;
    good_ = good_ && found && rest_.size() >= kShortBytes;
    rest_.remove_prefix(good_ ? kShortBytes : 0);
    return good_ ? static_cast<unsigned>(at / kShortBytes) + 1 : 0;
  }

  seconds time_of_day() noexcept {
    const unsigned hour = number(2);
    literal(":");
    const unsigned minute = number(2);
    literal(":");
    const unsigned second = number(2);
    good_ = good_ && hour < 24 && minute < 60 && second <= 60;
    return hours(hour) + minutes(minute) + seconds(second);
  }

  bool done() const noexcept { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::optional<DateSeconds> date_of(const Reader& reader, unsigned year, unsigned month,
                                   unsigned day, seconds time) {
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  if (!reader.done() || !date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + time;
}

// "06 Nov 1994 08:49:37 GMT"
std::optional<DateSeconds> parse_fixed(std::string_view text) {
  Reader reader(text);
  const unsigned day = reader.number(2);
  reader.literal(" ");
  const unsigned month = reader.month();
  reader.literal(" ");
  const unsigned year = reader.number(4);
  reader.literal(" ");
  const seconds time = reader.time_of_day();
  reader.literal(" GMT");
  return date_of(reader, year, month, day, time);
}

// "06-Nov-94 08:49:37 GMT"
std::optional<DateSeconds> parse_two_digit_year(std::string_view text, DateSeconds now) {
  constexpr unsigned kCentury = 100;
  constexpr int kYearsAheadMax = 50;
  Reader reader(text);
  const unsigned day = reader.number(2);
  reader.literal("-");
  const unsigned month = reader.month();
  reader.literal("-");
  const unsigned short_year = reader.number(2);
  reader.literal(" ");
  const seconds time = reader.time_of_day();
  reader.literal(" GMT");
  const std::chrono::year_month_day today(std::chrono::floor<days>(now));
  const auto latest =
      static_cast<unsigned>(std::max(static_cast<int>(today.year()), 0) + kYearsAheadMax);
  const unsigned back = (latest % kCentury + kCentury - short_year % kCentury) % kCentury;
  return date_of(reader, latest - back, month, day, time);
}

// "Nov  6 08:49:37 1994"
std::optional<DateSeconds> parse_asctime(std::string_view text) {
  Reader reader(text);
  const unsigned month = reader.month();
  reader.literal(" ");
  const unsigned day = reader.number(2, true);
  reader.literal(" ");
  const seconds time = reader.time_of_day();
  reader.literal(" ");
  const unsigned year = reader.number(4);
  return date_of(reader, year, month, day, time);
}

}  // namespace

std::string format_http_date(DateSeconds date) {
  const std::chrono::sys_days midnight = std::chrono::floor<days>(date);
  const std::chrono::year_month_day day(midnight);
  const std::chrono::hh_mm_ss time(date - midnight);
  const std::size_t month = static_cast<unsigned>(day.month()) - 1;
  std::string text(kDays[std::chrono::weekday(midnight).c_encoding()].substr(0, kShortBytes));
  text += ", ";
  append_number(text, static_cast<unsigned>(day.day()), 2);
  (text += ' ').append(kMonths.substr(month * kShortBytes, kShortBytes)) += ' ';
  append_number(text, static_cast<unsigned>(static_cast<int>(day.year())), 4);
  text += ' ';
  append_number(text, static_cast<unsigned>(time.hours().count()), 2);
  text += ':';
  append_number(text, static_cast<unsigned>(time.minutes().count()), 2);
  text += ':';
  append_number(text, static_cast<unsigned>(time.seconds().count()), 2);
  return text + " GMT";
}

std::optional<DateSeconds> parse_http_date(std::string_view text, DateSeconds now) {
  for (const std::string_view day : kDays) {
    const std::string_view short_day = day.substr(0, kShortBytes);
    if (text.starts_with(day) && text.substr(day.size()).starts_with(", ")) {
      return parse_two_digit_year(text.substr(day.size() + 2), now);
    }
    if (text.starts_with(short_day) && text.substr(kShortBytes).starts_with(", ")) {
      return parse_fixed(text.substr(kShortBytes + 2));
    }
    if (text.starts_with(short_day) && text.substr(kShortBytes).starts_with(" ")) {
      return parse_asctime(text.substr(kShortBytes + 1));
    }
  }
  return std::nullopt;
}

}  // namespace halo::http
