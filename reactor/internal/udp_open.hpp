#pragma once

// Datagram sockets before they belong to a loop.

#include "reactor/endpoint.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/result.hpp"
#include "reactor/udp_options.hpp"

namespace halo {

/// A socket bound to `at`, set up as `options` say. Fails with the system's word.
Result<OwnedFd> open_udp(const Endpoint& at, const UdpOptions& options);

/// A socket that exchanges datagrams with `to` only; `from`, where not null, is the source.
Result<OwnedFd> open_connected_udp(const Endpoint& to, const Endpoint* from,
                                   const UdpOptions& options);

bool is_wildcard(const Endpoint& at) noexcept;

/// MCAST_JOIN_GROUP or MCAST_LEAVE_GROUP, for both families. See RFC 3678, section 5.
std::error_code join_group(int fd, const Endpoint& group, unsigned interface_index) noexcept;
std::error_code leave_group(int fd, const Endpoint& group, unsigned interface_index) noexcept;

/// `name`: SO_RCVBUF or SO_SNDBUF.
Result<std::size_t> buffer_bytes(int fd, int name) noexcept;

}  // namespace halo
