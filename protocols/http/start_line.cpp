#include "protocols/http/internal/start_line.hpp"

#include <algorithm>
#include <array>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/byte_scan.hpp"
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
  if (text.size() != kVersionForm.size() || !text.starts_with("HTTP/") || !is_digit(text[5]) ||
      text[6] != '.' || !is_digit(text[7])) {
    return HttpErrc::kBadHead;
  }
  version = text[7] == '1' ? Version::kHttp11 : Version::kHttp10;
  return text[5] == '1' && (text[7] == '1' || text[7] == '0') ? HttpErrc{} : HttpErrc::kBadVersion;
}

// See: RFC 9112, 3.2. The authority form is only for CONNECT, the asterisk only for OPTIONS.
bool is_target(std::string_view method, std::string_view target) noexcept {
  if (target.empty() || find_no_target_byte(target, 0) < target.size()) {
    return false;
  }
  if (method == "CONNECT") {
    const std::size_t colon = target.rfind(':');
    return colon != std::string_view::npos && colon > 0 && colon + 1 < target.size() &&
           std::ranges::all_of(target.substr(colon + 1), is_digit) &&
           target.find_first_of("/?@") == std::string_view::npos;
  }
  return target.front() == '/' || target.starts_with("http://") || target.starts_with("https://") ||
         (target == "*" && method == "OPTIONS");
}

bool is_known_method(std::string_view method) noexcept {
  return std::ranges::find(kMethods, method) != kMethods.end();
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
  std::size_t blank = 0;
  while (blank < line.size() && is_tchar(line[blank])) {
    ++blank;
  }
  read.method = line.substr(0, blank);
  if (blank == 0 || (blank < line.size() && line[blank] != ' ')) {
    return HttpErrc::kBadMethod;
  }
  // The last blank stands before a version, all of which have one length; HTTP/0.9 has none.
  const std::size_t last = line.size() - kVersionForm.size() - 1;
  if (line.size() <= blank + 1 + kVersionForm.size() || last == blank || line[last] != ' ') {
    return HttpErrc::kBadHead;
  }
  read.target = line.substr(blank + 1, last - blank - 1);
  if (const HttpErrc error = read_version(line.substr(last + 1), read.version); failed(error)) {
    return error;
  }
  if (!is_known_method(read.method)) {
    return HttpErrc::kUnknownMethod;
  }
  return is_target(read.method, read.target) ? HttpErrc{} : HttpErrc::kBadTarget;
}

}  // namespace halo::http
