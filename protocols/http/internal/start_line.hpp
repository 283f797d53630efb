#pragma once

#include <string_view>

#include "protocols/http/http_error.hpp"
#include "protocols/http/message.hpp"

namespace halo::http {

struct StatusLine {
  Version version = Version::kHttp11;
  int status = 0;
  std::string_view reason;  ///< may be empty
};

/// `HTTP/1.1 200 OK`; the reason, and the blank before it, may be missing. Fails with kBadHead,
/// kBadVersion (of HTTP, but neither 1.0 nor 1.1), kBadStatus (not 100 to 599).
[[nodiscard]] HttpErrc read_status_line(std::string_view line, StatusLine& read);

struct RequestLine {
  std::string_view method;
  std::string_view target;
  Version version = Version::kHttp11;
};

/// `GET /path HTTP/1.1`, with one blank between the parts. Fails with kBadMethod (not a token),
/// kUnknownMethod, kBadTarget (empty, of a form that the method has not, or with a byte outside of
/// 0x21..0x7e), kBadHead (HTTP/0.9, or anything else), kBadVersion.
[[nodiscard]] HttpErrc read_request_line(std::string_view line, RequestLine& read);

}  // namespace halo::http
