#include "protocols/http/content_range.hpp"

#include <charconv>
#include <chrono>
#include <system_error>

#include "protocols/http/http_error.hpp"
#include "protocols/http/syntax.hpp"

namespace halo::http {
namespace {

// Digits and nothing else: no sign, no blank.
std::optional<std::uint64_t> parse_number(std::string_view text) noexcept {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end) {
    return std::nullopt;
  }
  return number;
}

std::optional<ContentRange::Part> parse_part(std::string_view text) noexcept {
  const std::size_t hyphen = text.find('-');
  if (hyphen == std::string_view::npos) {
    return std::nullopt;
  }
  const auto first = parse_number(text.substr(0, hyphen));
  const auto last = parse_number(text.substr(hyphen + 1));
  if (!first || !last || *last < *first) {
    return std::nullopt;
  }
  return ContentRange::Part{*first, *last};
}

Result<ContentRange> range_of(const Headers& answer) {
  const auto value = answer.get("Content-Range");
  if (!value || answer.count("Content-Range") > 1) {
    return HttpErrc::kBadContentRange;
  }
  return parse_content_range(*value);
}

bool is_strong_etag(std::string_view etag) noexcept {
  return etag.size() >= 2 && etag.front() == '"' && etag.back() == '"' &&
         etag.find('"', 1) == etag.size() - 1;
}

}  // namespace

Result<ContentRange> parse_content_range(std::string_view value) {
  constexpr std::string_view kUnit = "bytes ";
  if (!equal_ignoring_case(value.substr(0, kUnit.size()), kUnit)) {
    return HttpErrc::kBadContentRange;
  }
  value.remove_prefix(kUnit.size());
  const std::size_t slash = value.find('/');
  if (slash == std::string_view::npos) {
    return HttpErrc::kBadContentRange;
  }
  const std::string_view part = value.substr(0, slash);
  const std::string_view whole = value.substr(slash + 1);
  ContentRange range;
  if (whole != "*" && !(range.whole_bytes = parse_number(whole))) {
    return HttpErrc::kBadContentRange;
  }
  if (part != "*" && !(range.part = parse_part(part))) {
    return HttpErrc::kBadContentRange;
  }
  const bool says_nothing = !range.part && !range.whole_bytes;
  const bool outside = range.part && range.whole_bytes && range.part->last >= *range.whole_bytes;
  if (says_nothing || outside) {
    return HttpErrc::kBadContentRange;
  }
  return range;
}

std::string range_from(std::uint64_t first) { return "bytes=" + std::to_string(first) + '-'; }

std::optional<std::string> if_range_of(const Headers& answer, DateSeconds now) {
  if (const auto etag = answer.get("ETag")) {
    // A weak one may stay while bytes change; and where there is one, no date is better than it.
    return is_strong_etag(*etag) ? std::optional<std::string>(*etag) : std::nullopt;
  }
  const auto modified = answer.get("Last-Modified");
  const auto sent = answer.get("Date");
  if (!modified || !sent) {
    return std::nullopt;
  }
  const auto modified_date = parse_http_date(*modified, now);
  const auto sent_date = parse_http_date(*sent, now);
  if (!modified_date || !sent_date || *sent_date - *modified_date < std::chrono::minutes(1)) {
    return std::nullopt;
  }
  return std::string(*modified);
}

Result<ResumeVerdict> judge_resume(std::uint64_t first, unsigned status, const Headers& answer) {
  constexpr unsigned kOk = 200;
  constexpr unsigned kPartialContent = 206;
  constexpr unsigned kRangeNotSatisfiable = 416;
  if (status == kOk) {
    return ResumeVerdict::kStartOver;
  }
  if (status != kPartialContent && status != kRangeNotSatisfiable) {
    return ResumeVerdict::kRefused;
  }
  const Result<ContentRange> range = range_of(answer);
  if (!range) {
    return range.error();
  }
  if (status == kPartialContent) {
    // What was asked for goes to the end: a part that stops before it would pass for the rest.
    const bool fits = range->part && range->part->first == first;
    const bool to_the_end =
        fits && (!range->whole_bytes || range->part->last + 1 == *range->whole_bytes);
    return to_the_end ? Result<ResumeVerdict>(ResumeVerdict::kAppend) : HttpErrc::kBadContentRange;
  }
  const bool complete = !range->part && range->whole_bytes == first;
  return complete ? Result<ResumeVerdict>(ResumeVerdict::kComplete) : HttpErrc::kBadContentRange;
}

}  // namespace halo::http
