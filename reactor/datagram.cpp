#include "reactor/datagram.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "reactor/error.hpp"
#include "reactor/internal/datagram_peer_bytes.hpp"
#include "reactor/internal/socket_address.hpp"

namespace halo {
namespace {

static_assert(sizeof(sockaddr_in) <= DatagramPeerBytes::kNameBytes);
static_assert(sizeof(sockaddr_in6) == DatagramPeerBytes::kNameBytes);
static_assert(offsetof(sockaddr_in, sin_port) == 2);
static_assert(offsetof(sockaddr_in6, sin6_port) == 2);

}  // namespace

Result<DatagramPeer> DatagramPeer::to(const Endpoint& endpoint) {
  if (endpoint.family() == Endpoint::Family::kUnix) {
    return Errc::kBadAddress;
  }
  const Result<SocketAddress> address = to_socket_address(endpoint);
  if (!address) {
    return address.error();
  }
  DatagramPeer peer;
  std::memcpy(peer.name_.data(), &address->storage, address->length);
  peer.name_bytes_ = static_cast<std::uint8_t>(address->length);
  return peer;
}

Endpoint DatagramPeer::endpoint() const {
  if (name_bytes_ == 0) {
    return {};
  }
  SocketAddress address;
  std::memcpy(&address.storage, name_.data(), name_bytes_);
  address.length = name_bytes_;
  return to_endpoint(address);
}

Endpoint DatagramPeer::local() const {
  const bool is_v6 = local_bytes_ == 16 || name_bytes_ == sizeof(sockaddr_in6);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), local_.data(), local_bytes_);
  return Endpoint::ip(is_v6 ? Endpoint::Family::kIpv6 : Endpoint::Family::kIpv4, bytes, 0,
                      local_interface_);
}

bool DatagramPeer::has_local_address() const noexcept {
  const std::size_t at =
      local_bytes_ == 4 ? offsetof(sockaddr_in, sin_addr) : offsetof(sockaddr_in6, sin6_addr);
  return local_bytes_ != 0 && std::equal(local_.begin(), local_.begin() + local_bytes_,
                                         name_.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace halo
