#pragma once

// The way to a server: directly, or through a proxy.

#include <cstdint>
#include <optional>
#include <string>

#include "protocols/http/proxy.hpp"
#include "protocols/http/request.hpp"
#include "protocols/http/url.hpp"
#include "reactor/result.hpp"

namespace halo::http {

/// Where the connections of a pool lead to. A value.
struct Route {
  std::string name;  ///< of the pool: requests with the same one may share connections

  /// Whom to connect to: the server or its proxy. IPv6 addresses are in brackets.
  std::string host;
  std::uint16_t port = 0;
  bool by_proxy = false;

  /// What asks the proxy for a tunnel; empty: there is none.
  std::string tunnel_head;

  bool secure = false;  ///< TLS, with the server
  std::string server;
  std::uint16_t server_port = 0;
};

/// Appends the name of the route that `route_to` gives.
void append_route_name(std::string& out, const Url& url, const std::optional<Proxy>& proxy);

/// The way to the server of `url`, directly or through `proxy`: https through a tunnel, http by
/// asking the proxy itself. Fails with kBadHeaderValue for credentials that cannot be sent.
Result<Route> route_to(const Url& url, const std::optional<Proxy>& proxy);

/// Appends the head of `request` as it goes out by that way. Fails as append_request_head does.
[[nodiscard]] std::error_code append_head_for(std::string& out, const Request& request,
                                              const std::optional<Proxy>& proxy);

}  // namespace halo::http
