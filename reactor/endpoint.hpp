#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "reactor/result.hpp"

namespace halo {

/// Where a socket is bound or connected: an IPv4 or IPv6 address with a port, or a Unix path.
/// A value; names are not resolved here.
class Endpoint {
 public:
  enum class Family : std::uint8_t { kIpv4, kIpv6, kUnix };

  /// 0.0.0.0:0
  Endpoint() = default;

  /// A numeric address ("127.0.0.1", "::1", "fe80::1%2", brackets allowed) and a port.
  /// Fails with kBadAddress on anything else.
  static Result<Endpoint> parse(std::string_view address, std::uint16_t port);

  /// "127.0.0.1:80", "[::1]:80" or "unix:/path". Fails with kBadAddress on anything else.
  static Result<Endpoint> parse(std::string_view address_and_port);

  /// `address` in network order: the first 4 bytes for IPv4, all 16 for IPv6.
  static Endpoint ip(Family family, const std::array<std::uint8_t, 16>& address, std::uint16_t port,
                     std::uint32_t scope_id = 0);
  static Endpoint unix_path(std::string path);

  static Endpoint loopback_v4(std::uint16_t port);
  static Endpoint loopback_v6(std::uint16_t port);

  Family family() const noexcept { return family_; }
  std::uint16_t port() const noexcept { return port_; }
  void set_port(std::uint16_t port) noexcept { port_ = port; }
  const std::array<std::uint8_t, 16>& address() const noexcept { return address_; }
  std::uint32_t scope_id() const noexcept { return scope_id_; }
  const std::string& path() const noexcept { return path_; }

  /// As `parse` takes it: "127.0.0.1:80", "[::1]:80", "unix:/path".
  std::string to_string() const;
  /// Without the port: "127.0.0.1", "::1".
  std::string address_string() const;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;

 private:
  Family family_ = Family::kIpv4;
  std::uint16_t port_ = 0;
  std::uint32_t scope_id_ = 0;  // IPv6 only: the interface of a link-local address
  std::array<std::uint8_t, 16> address_{};
  std::string path_;
};

}  // namespace halo
