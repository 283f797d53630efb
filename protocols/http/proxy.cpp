#include "protocols/http/proxy.hpp"

#include <cstddef>
#include <initializer_list>
#include <utility>

#include "protocols/http/authorization.hpp"
#include "protocols/http/http_error.hpp"

namespace halo::http {
namespace {

constexpr std::uint16_t kDefaultPort = 1080;

// Whether the host in `text` has a port behind it; Url knows only which one it is.
bool says_port(std::string_view text) noexcept {
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    text.remove_prefix(scheme + 3);
  }
  text = text.substr(0, text.find('/'));
  const std::size_t colon = text.find_last_of("@]:");
  return colon != std::string_view::npos && text[colon] == ':' && colon + 1 < text.size();
}

}  // namespace

Result<Proxy> parse_proxy(std::string_view text) {
  const Result<Url> url = Url::parse_from_hand(text);
  const bool plain = url && !url->is_https() && url->target() == "/" && !url->fragment();
  if (!plain) {
    return HttpErrc::kBadProxy;
  }
  Proxy proxy{url->host(), says_port(text) ? url->port() : kDefaultPort, {}};
  if (url->has_userinfo()) {
    Result<std::string> value = basic_authorization(url->user(), url->password());
    if (!value) {
      return HttpErrc::kBadProxy;
    }
    proxy.authorization = *std::move(value);
  }
  return proxy;
}

ProxySettings proxy_settings(const std::function<const char*(const char*)>& variable) {
  const auto first_of = [&variable](std::initializer_list<const char*> names) {
    for (const char* name : names) {
      const char* value = variable(name);
      if (value != nullptr && *value != '\0') {
        return std::string(value);
      }
    }
    return std::string();
  };
  return {first_of({"http_proxy", "all_proxy", "ALL_PROXY"}),
          first_of({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}),
          first_of({"no_proxy", "NO_PROXY"})};
}

Result<std::optional<Proxy>> choose_proxy(const Url& url, const ProxySettings& settings) {
  const std::string& text = url.is_https() ? settings.https : settings.http;
  if (text.empty() || bypasses_proxy(url, settings.no_proxy)) {
    return std::optional<Proxy>();
  }
  Result<Proxy> proxy = parse_proxy(text);
  if (!proxy) {
    return proxy.error();
  }
  return std::optional(*std::move(proxy));
}

}  // namespace halo::http
