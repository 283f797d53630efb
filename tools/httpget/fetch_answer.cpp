#include <chrono>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "protocols/http/content_range.hpp"
#include "protocols/http/http_date.hpp"
#include "protocols/http/http_error.hpp"
#include "protocols/http/retry_after.hpp"
#include "tools/httpget/fetch.hpp"
#include "tools/httpget/head_text.hpp"
#include "tools/httpget/retry_policy.hpp"

namespace halo::httpget {
namespace {

constexpr int kStatusOk = 200;
constexpr int kStatusError = 400;  // and above
constexpr int kRangeNotSatisfiable = 416;

http::DateSeconds today() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string_view name_of(http::Version version) {
  return version == http::Version::kHttp10 ? "HTTP/1.0" : "HTTP/1.1";
}

std::optional<Duration> retry_after(const http::Headers& headers) {
  const std::optional<std::string_view> value = headers.get("Retry-After");
  return value ? std::optional<Duration>(http::parse_retry_after(*value, today())) : std::nullopt;
}

std::optional<std::uint64_t> length_of(const http::ResponseHead& head) {
  return head.framing.body == http::BodyKind::kLength ? std::optional(head.framing.length)
                                                      : std::nullopt;
}

Failure bad_range() {
  return describe_failure(make_error_code(http::HttpErrc::kBadContentRange), Stage::kReceive);
}

}  // namespace

std::string head_of(const http::ResponseHead& head) {
  std::string text = fmt::format("{} {} {}\r\n", name_of(head.version), head.status, head.reason);
  for (const http::Header header : head.headers) {
    text.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  return text += "\r\n";
}

void Fetch::on_sent(const http::Departure& departure) {
  record_.remote = departure.remote.to_string();
  record_.times = {};
  if (departure.times) {
    record_.times = {departure.times->resolve, departure.times->connect, departure.times->tls, {}};
  }
  sent_at_ = rooms_.loop.now();
  if (rooms_.console.verbose()) {
    rooms_.console.tell(fmt::format(
        "* {} to {}\n", departure.times ? "connected" : "on the kept connection", record_.remote));
    rooms_.console.tell(head_for_eyes(departure.head, "> "));
  }
}

void Fetch::note_head(const http::ResponseHead& head) {
  record_.times.first_byte = rooms_.loop.now() - sent_at_;
  if (rooms_.console.verbose()) {
    rooms_.console.tell(head_for_eyes(head_of(head), "< "));
  }
  record_.status = head.status;
  record_.reason = head.reason;
  record_.version = name_of(head.version);
  record_.headers = head.headers;
}

void Fetch::on_redirect(const http::ResponseHead& head, const http::Url& to) {
  note_head(head);
  http::Url url = to;
  url.drop_userinfo();
  record_.final_url = url.to_string();
  record_.redirects.push_back({head.status, record_.final_url});
  rooms_.console.tell("* redirected to " + record_.final_url + "\n");
}

void Fetch::on_head(const http::ResponseHead& head) {
  note_head(head);
  const bool again =
      is_worth_a_retry(rooms_.options.method, head.status) &&
      retry_later(describe_status(head.status, head.reason), retry_after(head.headers));
  if (again) {
    (void)rooms_.client.cancel(request_);
    return;
  }
  Failure failure = accept(head);
  if (!failure && ask_again_) {
    (void)rooms_.client.cancel(request_);
    ask();
    return;
  }
  if (failure || complete_) {
    (void)rooms_.client.cancel(request_);
    end(failure ? std::move(failure) : sink_.finish());
  }
}

Failure Fetch::accept(const http::ResponseHead& head) {
  if (part_ != nullptr) {
    Failure failure = accept_part(head);
    if (failure || ask_again_ || complete_) {
      return failure;
    }
  } else if (rooms_.options.fail && head.status >= kStatusError) {
    return describe_status(head.status, head.reason);
  } else {
    whole_bytes_ = length_of(head);
  }
  if (rooms_.options.compressed && record_.method != "HEAD") {
    if (Failure failure = sink_.decode(head.headers)) {
      return failure;
    }
    if (head.headers.has("Content-Encoding")) {
      whole_bytes_.reset();  // of what is saved, nobody knows
    }
  }
  return deliver_head(head);
}

/// Goes on with what is there, or begins it, or leaves it as it was.
Failure Fetch::accept_part(const http::ResponseHead& head) {
  if (asked_from_ == 0) {
    return head.status == kStatusOk ? begin_part(head) : describe_status(head.status, head.reason);
  }
  const Result<http::ResumeVerdict> verdict =
      http::judge_resume(asked_from_, static_cast<unsigned>(head.status), head.headers);
  if (!verdict && head.status == kRangeNotSatisfiable) {
    return forget_part();
  }
  if (!verdict) {
    return describe_failure(verdict.error(), Stage::kReceive);
  }
  switch (*verdict) {
    case http::ResumeVerdict::kAppend:
      return append_part(head);
    case http::ResumeVerdict::kStartOver:
      return begin_part(head);
    case http::ResumeVerdict::kComplete:
      complete_ = true;
      resumed_bytes_ = asked_from_;
      return {};
    case http::ResumeVerdict::kRefused:
      break;
  }
  return describe_status(head.status, head.reason);
}

/// Servers that do not know If-Range tell by the length or the ETag that the rest is another's.
Failure Fetch::append_part(const http::ResponseHead& head) {
  const PartNote& note = *part_->note();
  const auto etag = head.headers.get("ETag");
  const bool other_etag = etag && note.validator.starts_with('"') && *etag != note.validator;
  const auto value = head.headers.get("Content-Range");
  const Result<http::ContentRange> range = http::parse_content_range(value.value_or(""));
  if (other_etag || !range ||
      (note.total && range->whole_bytes.value_or(*note.total) != *note.total)) {
    return bad_range();
  }
  whole_bytes_ = range->whole_bytes;
  resumed_bytes_ = asked_from_;
  return {};
}

/// There is no such range of it: what is there is no beginning of what is to be had.
Failure Fetch::forget_part() {
  ask_again_ = true;
  const std::error_code error = part_->begin({}, std::nullopt);
  return error ? describe_failure(error, Stage::kSave) : Failure();
}

Failure Fetch::begin_part(const http::ResponseHead& head) {
  whole_bytes_ = length_of(head);
  const std::string validator = http::if_range_of(head.headers, today()).value_or("");
  const std::error_code error = part_->begin(validator, whole_bytes_);
  return error ? describe_failure(error, Stage::kSave) : Failure();
}

/// To the reader, or in front of the body.
Failure Fetch::deliver_head(const http::ResponseHead& head) {
  if (download_.prints_head && !head_printed_) {
    head_printed_ = true;
    if (const std::error_code error = rooms_.console.print(head_for_eyes(head_of(head), ""))) {
      return describe_failure(error, Stage::kSave, "standard output: " + error.message());
    }
  }
  const bool is_all = record_.method == "HEAD";  // there is to save
  if ((rooms_.options.include_head || is_all) && output_ != nullptr) {
    const std::string text = head_of(head);
    if (const std::error_code error = output_->write(std::as_bytes(std::span(text)))) {
      return describe_failure(error, Stage::kSave);
    }
  }
  return {};
}

}  // namespace halo::httpget
