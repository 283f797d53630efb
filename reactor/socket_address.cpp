#include "reactor/internal/socket_address.hpp"

#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

namespace halo {
namespace {

// On the BSDs an address says its own length, too. Their kernels don't look at it, but
// getnameinfo(3) and its like do.
template <class Storage>
void note_length(Storage& storage, std::size_t length) noexcept {
  if constexpr (requires { storage.ss_len; }) {
    storage.ss_len = static_cast<decltype(storage.ss_len)>(length);
  }
}

template <class Address>
Address& as(SocketAddress& address) noexcept {
  address.length = sizeof(Address);
  note_length(address.storage, sizeof(Address));
  return reinterpret_cast<Address&>(address.storage);
}

template <class Address>
const Address& as(const SocketAddress& address) noexcept {
  return reinterpret_cast<const Address&>(address.storage);
}

}  // namespace

Result<SocketAddress> to_socket_address(const Endpoint& endpoint) {
  SocketAddress address;
  switch (endpoint.family()) {
    case Endpoint::Family::kIpv4: {
      auto& in = as<sockaddr_in>(address);
      in.sin_family = AF_INET;
      in.sin_port = htons(endpoint.port());
      std::memcpy(&in.sin_addr, endpoint.address().data(), sizeof in.sin_addr);
      break;
    }
    case Endpoint::Family::kIpv6: {
      auto& in = as<sockaddr_in6>(address);
      in.sin6_family = AF_INET6;
      in.sin6_port = htons(endpoint.port());
      in.sin6_scope_id = endpoint.scope_id();
      std::memcpy(&in.sin6_addr, endpoint.address().data(), sizeof in.sin6_addr);
      break;
    }
    case Endpoint::Family::kUnix: {
      auto& un = as<sockaddr_un>(address);
      un.sun_family = AF_UNIX;
      if (endpoint.path().size() >= sizeof un.sun_path) {
        return std::make_error_code(std::errc::filename_too_long);
      }
      std::memcpy(un.sun_path, endpoint.path().c_str(), endpoint.path().size() + 1);
      break;
    }
  }
  return address;
}

Endpoint to_endpoint(const SocketAddress& address) {
  std::array<std::uint8_t, 16> bytes{};
  if (address.storage.ss_family == AF_INET) {
    const auto& in = as<sockaddr_in>(address);
    std::memcpy(bytes.data(), &in.sin_addr, sizeof in.sin_addr);
    return Endpoint::ip(Endpoint::Family::kIpv4, bytes, ntohs(in.sin_port));
  }
  if (address.storage.ss_family == AF_INET6) {
    const auto& in = as<sockaddr_in6>(address);
    std::memcpy(bytes.data(), &in.sin6_addr, sizeof in.sin6_addr);
    return Endpoint::ip(Endpoint::Family::kIpv6, bytes, ntohs(in.sin6_port), in.sin6_scope_id);
  }
  const auto& un = as<sockaddr_un>(address);
  const std::size_t path_at = offsetof(sockaddr_un, sun_path);
  const std::size_t room = address.length > path_at ? address.length - path_at : 0;
  return Endpoint::unix_path(std::string(un.sun_path, ::strnlen(un.sun_path, room)));
}

}  // namespace halo
