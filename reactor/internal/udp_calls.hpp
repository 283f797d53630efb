#pragma once

// The system calls of a datagram socket, many datagrams at a time where the system has such calls.

#include <sys/socket.h>

#include <cstddef>
#include <span>

#include "reactor/result.hpp"

namespace halo {

/// A message to or from the kernel: what Linux calls mmsghdr, which others lack.
struct UdpMessage {
  msghdr header;
  unsigned bytes;  // received, or sent
};

/// How messages are exchanged with the kernel: the one or the other pair of functions below.
/// EINTR is dealt with in them. Neither waits, neither raises SIGPIPE.
struct UdpCalls {
  /// Receives into the first of `messages`; returns how many, at least one. Fails only when there
  /// is none: EAGAIN, or an error that was pending on the socket.
  Result<std::size_t> (*receive)(int fd, std::span<UdpMessage> messages) noexcept;
  /// Sends the first of `messages`; returns how many, at least one. Fails only when the very first
  /// one does: what was sent before another one failed counts, and the next call tells the failure.
  Result<std::size_t> (*send)(int fd, std::span<UdpMessage> messages) noexcept;
};

/// A system call for each message: recvmsg(2) and sendmsg(2), which are everywhere.
extern const UdpCalls kUdpCallsOneByOne;

/// The best of this system: recvmmsg(2) and sendmmsg(2) on Linux; else one by one.
extern const UdpCalls kUdpCallsBest;

}  // namespace halo
