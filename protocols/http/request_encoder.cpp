#include "protocols/http/request_encoder.hpp"

#include <optional>
#include <string_view>

#include "protocols/http/authorization.hpp"
#include "protocols/http/http_error.hpp"
#include "protocols/http/syntax.hpp"

namespace halo::http {
namespace {

constexpr std::string_view kHost = "Host";

using AppendAuthority = void (Url::*)(std::string& out) const;

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

std::error_code check_field(const Header& field) noexcept {
  if (const std::error_code error = check_header(field.name, field.value)) {
    return error;
  }
  if (equal_ignoring_case(field.name, "Content-Length") ||
      equal_ignoring_case(field.name, "Transfer-Encoding")) {
    return HttpErrc::kFramingHeader;
  }
  return {};
}

// Host first, so that whoever reads the head knows at once whose it is: that of the headers, or
// the URL's. See: RFC 9110, 7.2.
std::error_code append_host(std::string& out, const Url& url, AppendAuthority append_authority,
                            const Headers& headers) {
  if (headers.count(kHost) > 1) {
    return HttpErrc::kMissingHost;
  }
  if (const std::optional<std::string_view> own = headers.get(kHost)) {
    append_field(out, kHost, *own);
    return {};
  }
  out.append(kHost).append(": ");
  (url.*append_authority)(out);
  out.append("\r\n");
  return {};
}

std::error_code append_fields(std::string& out, const Url& url, AppendAuthority append_authority,
                              const Headers& headers) {
  if (const std::error_code error = append_host(out, url, append_authority, headers)) {
    return error;
  }
  for (const Header& field : headers) {
    if (const std::error_code error = check_field(field)) {
      return error;
    }
    if (!equal_ignoring_case(field.name, kHost)) {
      append_field(out, field.name, field.value);
    }
  }
  return {};
}

std::error_code append_credentials(std::string& out, const Request& request) {
  if (!request.url.has_userinfo() || request.headers.has("Authorization")) {
    return {};
  }
  const Result<std::string> value = basic_authorization(request.url.user(), request.url.password());
  if (!value) {
    return value.error();
  }
  append_field(out, "Authorization", *value);
  return {};
}

// Whether a server waits for a body with this method, and so must be told that there is none.
bool expects_body(std::string_view method) noexcept {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

void append_framing(std::string& out, const Request& request) {
  switch (request.body.framing) {
    case BodyForm::Framing::kNone:
      if (expects_body(request.method)) {
        append_field(out, "Content-Length", "0");
      }
      return;
    case BodyForm::Framing::kLength:
      append_field(out, "Content-Length", std::to_string(request.body.bytes));
      return;
    case BodyForm::Framing::kChunked:
      append_field(out, "Transfer-Encoding", "chunked");
      return;
  }
}

std::error_code append_request(std::string& out, const Request& request, TargetForm form) {
  if (!is_token(request.method) || request.method == "CONNECT") {
    return HttpErrc::kBadMethod;
  }
  out.append(request.method).append(1, ' ');
  if (form == TargetForm::kAbsolute) {
    request.url.append_origin(out);
  }
  out.append(request.url.target()).append(" HTTP/1.1\r\n");
  if (const std::error_code error =
          append_fields(out, request.url, &Url::append_authority, request.headers)) {
    return error;
  }
  if (const std::error_code error = append_credentials(out, request)) {
    return error;
  }
  append_framing(out, request);
  out.append("\r\n");
  return {};
}

std::error_code append_connect(std::string& out, const Url& url, const Headers& headers) {
  out.append("CONNECT ");
  url.append_host_and_port(out);
  out.append(" HTTP/1.1\r\n");
  if (const std::error_code error = append_fields(out, url, &Url::append_host_and_port, headers)) {
    return error;
  }
  out.append("\r\n");
  return {};
}

}  // namespace

std::error_code append_request_head(std::string& out, const Request& request, TargetForm form) {
  const std::size_t before = out.size();
  const std::error_code error = append_request(out, request, form);
  if (error) {
    out.resize(before);
  }
  return error;
}

std::error_code append_connect_head(std::string& out, const Url& url, const Headers& headers) {
  const std::size_t before = out.size();
  const std::error_code error = append_connect(out, url, headers);
  if (error) {
    out.resize(before);
  }
  return error;
}

}  // namespace halo::http
