#include "bench/histogram/histogram_log_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

#include "bench/histogram/histogram_error.hpp"
#include "bench/histogram/histogram_text.hpp"

namespace halo::bench {
namespace {

constexpr std::string_view kTagMark = "Tag=";
constexpr std::string_view kBaseTimeMark = "#[BaseTime: ";
constexpr std::string_view kStartTimeMark = "#[StartTime: ";
constexpr std::chrono::milliseconds kYear = std::chrono::hours(24 * 365);

std::string_view take_until(std::string_view& text, char separator) noexcept {
  const std::size_t end = text.find(separator);
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return field;
}

bool is_digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "12", "12.3" or "12.3456789"; what is finer than a millisecond is dropped.
std::optional<std::chrono::milliseconds> parse_seconds(std::string_view text) noexcept {
  std::string_view fraction = text;
  const std::string_view whole = take_until(fraction, '.');
  const bool has_point = whole.size() < text.size();
  if (whole.empty() || !is_digits(whole) || (has_point && fraction.empty()) ||
      !is_digits(fraction)) {
    return std::nullopt;
  }
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), seconds);
  if (error != std::errc{} || seconds >= kLogTimeMax / std::chrono::seconds(1)) {
    return std::nullopt;
  }
  std::int64_t thousandths = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    thousandths = thousandths * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  return std::chrono::seconds(seconds) + std::chrono::milliseconds(thousandths);
}

}  // namespace

Result<std::optional<LogInterval>> HistogramLogReader::next() {
  while (true) {
    const Result<bool> there = read_line();
    if (!there) {
      return there.error();
    }
    if (!*there) {
      return std::optional<LogInterval>();
    }
    if (text_.starts_with('#')) {
      if (const std::error_code error = read_comment(text_)) {
        return error;
      }
    } else if (!text_.empty() && !text_.starts_with('"')) {
      Result<LogInterval> interval = read_interval(text_);
      if (!interval) {
        return interval.error();
      }
      return std::optional(std::move(*interval));
    }
  }
}

/// False at the end of the log.
Result<bool> HistogramLogReader::read_line() {
  log_.getline(line_.data(), static_cast<std::streamsize>(line_.size()));
  const auto taken = static_cast<std::size_t>(log_.gcount());
  if (log_.bad()) {
    return HistogramErrc::kUnreadable;
  }
  if (log_.eof() && taken == 0) {
    return false;
  }
  ++line_number_;
  if (log_.fail()) {
    return HistogramErrc::kLineTooLong;
  }
  text_ = std::string_view(line_.data(), log_.eof() ? taken : taken - 1);
  if (text_.ends_with('\r')) {
    text_.remove_suffix(1);
  }
  return true;
}

std::error_code HistogramLogReader::read_comment(std::string_view comment) {
  for (const auto& [mark, time] :
       {std::pair(kBaseTimeMark, &base_time_), std::pair(kStartTimeMark, &start_time_)}) {
    if (comment.starts_with(mark)) {
      std::string_view rest = comment.substr(mark.size());
      *time = parse_seconds(take_until(rest, ' '));
      if (!time->has_value()) {
        return HistogramErrc::kBadTimestamp;
      }
    }
  }
  return {};
}

Result<LogInterval> HistogramLogReader::read_interval(std::string_view line) {
  LogInterval interval;
  if (line.starts_with(kTagMark)) {
    interval.tag = take_until(line, ',').substr(kTagMark.size());
    if (!is_tag(interval.tag)) {
      return HistogramErrc::kBadTag;
    }
  }
  if (std::count(line.begin(), line.end(), ',') != 3) {
    return HistogramErrc::kBadFields;
  }
  const auto start = parse_seconds(take_until(line, ','));
  const auto length = parse_seconds(take_until(line, ','));
  if (!start || !length) {
    return HistogramErrc::kBadTimestamp;
  }
  if (!parse_seconds(take_until(line, ','))) {
    return HistogramErrc::kBadFields;  // the maximum: only its form, the histogram knows it
  }
  Result<Histogram> histogram = from_text(line);
  if (!histogram) {
    return histogram.error();
  }
  if (!base_time_) {
    base_time_ = base_of(*start);
  }
  interval.start = *base_time_ + *start;
  interval.length = *length;
  if (interval.start + interval.length > kLogTimeMax) {
    return HistogramErrc::kBadTimestamp;
  }
  interval.histogram = std::move(*histogram);
  return interval;
}

/// Without a base, timestamps that lie more than a year before the start of the log are relative to
/// it. The reference reader's rule: there is no other sign.
LogTime HistogramLogReader::base_of(LogTime first) const noexcept {
  return start_time_ && first < *start_time_ - kYear ? *start_time_ : LogTime::zero();
}

}  // namespace halo::bench
