#pragma once

// Ancillary data of datagrams: which of our addresses was asked, how messages are cut into
// datagrams. One file for what the systems do differently here.

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <system_error>

#include "reactor/datagram.hpp"

namespace halo {

/// Room for what one message brings or takes: an in6_pktinfo and a segment size, with some to
/// spare.
inline constexpr std::size_t kControlBytes = 128;

/// Segments in one GSO message: UDP_MAX_SEGMENTS, which Linux raised to 128 in 6.9. See udp(7).
inline constexpr std::size_t kGsoSegmentsMax = 64;

/// Asks the kernel to tell of each datagram the address that it was sent to. `domain`: AF_INET or
/// AF_INET6. Fails with ENOPROTOOPT where the system cannot.
std::error_code ask_for_local_address(int fd, int domain) noexcept;

/// Whether the kernel takes messages that it cuts into datagrams itself (UDP_SEGMENT).
bool has_gso(int fd) noexcept;
/// Lets the kernel put datagrams together (UDP_GRO); false: it cannot.
bool switch_gro_on(int fd) noexcept;

/// Notes in `peer` the address that was asked. Returns the bytes of each datagram in a message of
/// several; zero: it is one datagram.
std::size_t read_control(msghdr& header, DatagramPeer& peer) noexcept;

/// Fills the control bytes that `header` points to, kControlBytes of them, and sets their length;
/// none at all where there is nothing to say. `segment_bytes` zero: one datagram.
void write_control(msghdr& header, const DatagramPeer& peer, std::size_t segment_bytes) noexcept;

}  // namespace halo
