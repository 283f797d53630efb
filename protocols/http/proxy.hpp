#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/http/url.hpp"
#include "reactor/result.hpp"

namespace halo::http {

/// A proxy that is spoken to in plain HTTP/1.1.
struct Proxy {
  std::string host;  ///< as normal_host has it
  std::uint16_t port = 0;
  /// The value of Proxy-Authorization; empty where the proxy wants none.
  std::string authorization;

  friend bool operator==(const Proxy&, const Proxy&) = default;
};

/// "proxy", "proxy:3128", "http://user:password@[::1]:3128/". Without a port it is 1080, as it is
/// for curl. Fails with kBadProxy: another scheme than http, a path or query, a bad host or port.
Result<Proxy> parse_proxy(std::string_view text);

/// What the environment says about proxies; empty where it says nothing.
struct ProxySettings {
  std::string http;      ///< for http URLs
  std::string https;     ///< for https URLs
  std::string no_proxy;  ///< whom to ask without one: see bypasses_proxy

  friend bool operator==(const ProxySettings&, const ProxySettings&) = default;
};

/// Reads http_proxy, https_proxy, all_proxy and no_proxy, each but the first also in upper case,
/// the lower case first; all_proxy where the scheme has none of its own; an empty one is as none.
/// HTTP_PROXY is ignored: to a CGI program it is what a client's header "Proxy" said (httpoxy).
/// `variable` gives the value of the variable of that name, or null, as std::getenv does.
ProxySettings proxy_settings(const std::function<const char*(const char*)>& variable);

/// Whether `no_proxy` names the URL's host. It is "*", or a list, separated by commas or blanks, of
/// - names: "example.org" and ".example.org" both mean it and all that ends in ".example.org";
/// - addresses, IPv6 with or without brackets;
/// - blocks of addresses: "10.0.0.0/8", "fe80::/10";
/// any of them with ":port" behind it (IPv6 in brackets then) for that port only. Names are not
/// resolved. What is none of these names nobody.
bool bypasses_proxy(const Url& url, std::string_view no_proxy);

/// Which proxy `url` is asked through; nothing where it is asked directly. Fails with kBadProxy.
Result<std::optional<Proxy>> choose_proxy(const Url& url, const ProxySettings& settings);

}  // namespace halo::http
