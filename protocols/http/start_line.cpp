#include "protocols/http/internal/start_line.hpp"

#include <algorithm>
#include <array>

#include "protocols/http/http_error.hpp"
#include "protocols/http/syntax.hpp"

namespace halo::http {
namespace {

constexpr std::string_view kVersionForm = "HTTP/1.1";
constexpr std::size_t kStatusAt = kVersionForm.size() + 1;
constexpr std::size_t kReasonAt = kStatusAt + 4;

// What every llhttp from 8.1 on knows, so that no answer depends on its version: RFC 9110, RFC
// 5789, WebDAV and its extensions, and a few that are as old.
constexpr std::array<std::string_view, 33> kMethods = {
    "GET",     "POST",       "HEAD",     "PUT",       "DELETE",     "OPTIONS", "PATCH",
    "CONNECT", "TRACE",      "PROPFIND", "PROPPATCH", "MKCOL",      "COPY",    "MOVE",
    "LOCK",    "UNLOCK",     "SEARCH",   "BIND",      "REBIND",     "UNBIND",  "ACL",
    "REPORT",  "MKACTIVITY", "CHECKOUT", "MERGE",     "M-SEARCH",   "NOTIFY",  "SUBSCRIBE",
    "PURGE",   "MKCALENDAR", "LINK",     "UNLINK",    "UNSUBSCRIBE"};

HttpErrc read_version(std::string_view text, Version& version) noexcept {
  if (text == "HTTP/1.1") {
    version = Version::kHttp11;
    return {};
  }
  if (text == "HTTP/1.0") {
    version = Version::kHttp10;
    return {};
  }
  const bool other = text.size() == kVersionForm.size() && text.starts_with("HTTP/") &&
                     is_digit(text[5]) && text[6] == '.' && is_digit(text[7]);
  return other ? HttpErrc::kBadVersion : HttpErrc::kBadHead;
}

bool is_target_byte(char c) noexcept { return c > 0x20 && c < 0x7f; }

// See: RFC 9112, 3.2. The authority form is only for CONNECT, the asterisk only for OPTIONS.
bool is_target(std::string_view method, std::string_view target) noexcept {
  if (target.empty() || !std::ranges::all_of(target, is_target_byte)) {
    return false;
  }
  if (method == "CONNECT") {
    const std::size_t colon = target.rfind(':');
    return colon != std::string_view::npos && colon > 0 && colon + 1 < target.size() &&
           std::ranges::all_of(target.substr(colon + 1), is_digit) &&
           target.find_first_of("/?#@") == std::string_view::npos;
  }
  if (target.find('#') != std::string_view::npos) {
    return false;  // a fragment is never sent
  }
  return target.front() == '/' || target.starts_with("http://") || target.starts_with("https://") ||
         (target == "*" && method == "OPTIONS");
}

}  // namespace

HttpErrc read_status_line(std::string_view line, StatusLine& read) {
  const HttpErrc version = read_version(line.substr(0, kVersionForm.size()), read.version);
  if (failed(version)) {
    return version;
  }
  if (line.size() < kReasonAt - 1 || line[kVersionForm.size()] != ' ' ||
      (line.size() >= kReasonAt && line[kReasonAt - 1] != ' ')) {
    return HttpErrc::kBadHead;
  }
  const std::string_view digits = line.substr(kStatusAt, 3);
  if (!std::ranges::all_of(digits, is_digit)) {
    return HttpErrc::kBadStatus;
  }
  read.status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  read.reason = line.substr(std::min(line.size(), kReasonAt));
  return read.status >= 100 && read.status <= 599 ? HttpErrc{} : HttpErrc::kBadStatus;
}

HttpErrc read_request_line(std::string_view line, RequestLine& read) {
  const std::size_t blank = line.find(' ');
  read.method = line.substr(0, blank);
  if (!is_token(read.method)) {
    return HttpErrc::kBadMethod;
  }
  const std::size_t last = line.rfind(' ');
  if (blank == std::string_view::npos || last == blank) {
    return HttpErrc::kBadHead;  // HTTP/0.9 has no version
  }
  read.target = line.substr(blank + 1, last - blank - 1);
  if (const HttpErrc error = read_version(line.substr(last + 1), read.version); failed(error)) {
    return error;
  }
  if (std::ranges::find(kMethods, read.method) == kMethods.end()) {
    return HttpErrc::kUnknownMethod;
  }
  return is_target(read.method, read.target) ? HttpErrc{} : HttpErrc::kBadTarget;
}

}  // namespace halo::http
