#pragma once

#include <cstdint>
#include <string>
#include <system_error>

#include "protocols/http/headers.hpp"
#include "protocols/http/request.hpp"
#include "protocols/http/url.hpp"

namespace halo::http {

/// Whom a request is sent to, which decides what its first line asks for.
enum class TargetForm : std::uint8_t {
  kOrigin,    ///< the server itself, or a tunnel to it: "GET /x HTTP/1.1"
  kAbsolute,  ///< a proxy that forwards it: "GET http://host/x HTTP/1.1"
};

/// Appends the head of `request` to `out`: its first line; Host, that of the URL unless the headers
/// have one of their own; the headers; Authorization, if the URL has a user and the headers have
/// none; and the framing that the body needs, Content-Length (0 for a POST, PUT or PATCH without
/// body) or Transfer-Encoding.
///
/// Every byte is checked here, whoever filled the request, so that no part of it can become a line
/// of its own. Fails, and leaves `out` as it was, with kBadMethod (not a token, or CONNECT),
/// kBadHeaderName, kBadHeaderValue, kMissingHost (several), kFramingHeader (a Content-Length or
/// Transfer-Encoding among the headers) or kBadCredentials.
/// See: RFC 9112, 3 and 6; RFC 9110, 8.6.
[[nodiscard]] std::error_code append_request_head(std::string& out, const Request& request,
                                                  TargetForm form = TargetForm::kOrigin);

/// Appends the head that asks a proxy for a tunnel to the URL's host and port. `headers` are for
/// the proxy alone (Proxy-Authorization, User-Agent): nothing that is meant for the server belongs
/// there. Fails as append_request_head does. See: RFC 9110, 9.3.6.
[[nodiscard]] std::error_code append_connect_head(std::string& out, const Url& url,
                                                  const Headers& headers);

}  // namespace halo::http
