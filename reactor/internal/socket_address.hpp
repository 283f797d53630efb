#pragma once

// Endpoint to and from the system's sockaddr.

#include <sys/socket.h>

#include "reactor/endpoint.hpp"

namespace halo {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);

  sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// Fails with ENAMETOOLONG for a Unix path that does not fit.
Result<SocketAddress> to_socket_address(const Endpoint& endpoint);

/// An address of another family becomes a Unix endpoint without a path.
Endpoint to_endpoint(const SocketAddress& address);

}  // namespace halo
