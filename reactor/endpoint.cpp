#include "reactor/endpoint.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "reactor/error.hpp"

namespace halo {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

// The interface behind "%": a number, or a name that the system knows.
bool parse_scope(const std::string& text, std::uint32_t& scope_id) {
  if (!parse_number(text, scope_id)) {
    scope_id = ::if_nametoindex(text.c_str());
  }
  return scope_id != 0;
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view address, std::uint16_t port) {
  if (address.size() >= 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
    if (address.find(':') == std::string_view::npos) {
      return Errc::kBadAddress;
    }
  }
  Endpoint endpoint;
  endpoint.port_ = port;
  std::string text(address);
  if (text.find('\0') != std::string::npos) {
    return Errc::kBadAddress;
  }
  if (::inet_pton(AF_INET, text.c_str(), endpoint.address_.data()) == 1) {
    return endpoint;
  }
  endpoint.family_ = Family::kIpv6;
  const std::size_t percent = text.find('%');
  if (percent != std::string::npos) {
    if (!parse_scope(text.substr(percent + 1), endpoint.scope_id_)) {
      return Errc::kBadAddress;
    }
    text.resize(percent);
  }
  if (::inet_pton(AF_INET6, text.c_str(), endpoint.address_.data()) == 1) {
    return endpoint;
  }
  return Errc::kBadAddress;
}

Result<Endpoint> Endpoint::parse(std::string_view address_and_port) {
  if (address_and_port.starts_with(kUnixPrefix)) {
    const std::string_view path = address_and_port.substr(kUnixPrefix.size());
    if (path.empty()) {
      return Errc::kBadAddress;
    }
    return unix_path(std::string(path));
  }
  const std::size_t colon = address_and_port.rfind(':');
  std::uint16_t port = 0;
  if (colon == std::string_view::npos || !parse_number(address_and_port.substr(colon + 1), port)) {
    return Errc::kBadAddress;
  }
  const std::string_view address = address_and_port.substr(0, colon);
  const bool bare_ipv6 = address.find(':') != std::string_view::npos && address.front() != '[';
  if (bare_ipv6) {
    return Errc::kBadAddress;  // "::1:80" is an address of its own
  }
  return parse(address, port);
}

Endpoint Endpoint::ip(Family family, const std::array<std::uint8_t, 16>& address,
                      std::uint16_t port, std::uint32_t scope_id) {
  Endpoint endpoint;
  endpoint.family_ = family;
  endpoint.port_ = port;
  const std::ptrdiff_t bytes = family == Family::kIpv4 ? 4 : 16;
  std::copy_n(address.begin(), bytes, endpoint.address_.begin());
  endpoint.scope_id_ = family == Family::kIpv6 ? scope_id : 0;
  return endpoint;
}

Endpoint Endpoint::unix_path(std::string path) {
  Endpoint endpoint;
  endpoint.family_ = Family::kUnix;
  endpoint.path_ = std::move(path);
  return endpoint;
}

Endpoint Endpoint::loopback_v4(std::uint16_t port) {
  return ip(Family::kIpv4, {127, 0, 0, 1}, port);
}

Endpoint Endpoint::loopback_v6(std::uint16_t port) {
  return ip(Family::kIpv6, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, port);
}

std::string Endpoint::address_string() const {
  if (family_ == Family::kUnix) {
    return path_;
  }
  char text[INET6_ADDRSTRLEN];
  ::inet_ntop(family_ == Family::kIpv4 ? AF_INET : AF_INET6, address_.data(), text, sizeof text);
  std::string result = text;
  if (scope_id_ != 0) {
    result += '%' + std::to_string(scope_id_);
  }
  return result;
}

std::string Endpoint::to_string() const {
  switch (family_) {
    case Family::kIpv4:
      return address_string() + ':' + std::to_string(port_);
    case Family::kIpv6:
      return '[' + address_string() + "]:" + std::to_string(port_);
    case Family::kUnix:
      break;
  }
  return std::string(kUnixPrefix) + path_;
}

}  // namespace halo
