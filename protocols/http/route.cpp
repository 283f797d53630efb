#include "protocols/http/internal/route.hpp"

#include <utility>

#include "protocols/http/request_encoder.hpp"

namespace halo::http {
namespace {

constexpr std::string_view kField = "Proxy-Authorization";

}  // namespace

void append_route_name(std::string& out, const Url& url, const std::optional<Proxy>& proxy) {
  if (!proxy || url.is_https()) {
    url.append_origin(out);
  }
  if (proxy) {
    out.append(" by ").append(proxy->host).append(1, ':').append(std::to_string(proxy->port));
    out.append(1, ' ').append(proxy->authorization);
  }
}

Result<Route> route_to(const Url& url, const std::optional<Proxy>& proxy) {
  Route route;
  append_route_name(route.name, url, proxy);
  route.secure = url.is_https();
  route.server = url.host();
  route.server_port = url.port();
  if (!proxy) {
    route.host = url.host();
    route.port = url.port();
    return route;
  }
  route.host = proxy->host;
  route.port = proxy->port;
  route.by_proxy = true;
  if (!route.secure) {
    return route;
  }
  Headers headers;
  if (!proxy->authorization.empty()) {
    if (const std::error_code error = headers.add(kField, proxy->authorization)) {
      return error;
    }
  }
  if (const std::error_code error = append_connect_head(route.tunnel_head, url, headers)) {
    return error;
  }
  return route;
}

std::error_code append_head_for(std::string& out, const Request& request,
                                const std::optional<Proxy>& proxy) {
  if (!proxy || request.url.is_https()) {
    return append_request_head(out, request);
  }
  if (proxy->authorization.empty() || request.headers.has(kField)) {
    return append_request_head(out, request, TargetForm::kAbsolute);
  }
  Request with_credentials = request;
  if (const std::error_code error = with_credentials.headers.add(kField, proxy->authorization)) {
    return error;
  }
  return append_request_head(out, with_credentials, TargetForm::kAbsolute);
}

}  // namespace halo::http
