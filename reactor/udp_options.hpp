#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "reactor/limits.hpp"
#include "reactor/socket.hpp"
#include "reactor/tally.hpp"
#include "reactor/time.hpp"

namespace halo {

/// Whether a socket uses what a kernel may or may not have.
enum class Offload : std::uint8_t {
  kAuto,  ///< where the kernel has it, which is asked at run time
  kOff,
};

/// The bounds of a datagram socket, and what it may ask of the kernel.
struct UdpOptions {
  /// Messages received in one event and sent in one call, 1 to limits::kDatagramsPerCallMax. Each
  /// takes 64 KiB of addresses, of which memory is used only as far as datagrams ever filled it.
  std::size_t batch_messages = limits::kDatagramsPerEvent;
  /// Datagrams and bytes that may wait for the kernel to take them; more are dropped. Both are
  /// reserved when the socket is made: bytes for one datagram of any size at the least, and less
  /// than 4 GiB.
  std::size_t unsent_datagrams_max = 1024;
  std::size_t unsent_bytes_max = 1024 * 1024;
  /// How long they may wait without progress; then they are dropped. Zero: not at all.
  Duration unsent_timeout = std::chrono::milliseconds(100);
  /// Answers of one size to one peer as one message, which the kernel or the network card cuts. See
  /// udp(7), UDP_SEGMENT.
  Offload gso = Offload::kAuto;
  /// Datagrams of one size from one peer arrive as one message. See udp(7), UDP_GRO.
  Offload gro = Offload::kAuto;
  /// Many messages in one system call: recvmmsg(2), sendmmsg(2).
  Offload batch_calls = Offload::kAuto;
  /// SO_RCVBUF and SO_SNDBUF in bytes; zero: the system's default. The kernel may give less, or
  /// twice as much for its own books: ask UdpSocket::receive_buffer_bytes.
  std::size_t receive_buffer_bytes = 0;
  std::size_t send_buffer_bytes = 0;
  /// An IPv6 socket takes IPv4 too, as ::ffff:a.b.c.d; else it is IPv6 only, whatever the system's
  /// default is.
  bool dual_stack = false;
  /// Whether other sockets may have the port, too; see socket::listen. The kernel then picks one by
  /// a hash of the addresses, where it spreads (socket::balances_groups).
  socket::PortSharing sharing = socket::PortSharing::kAlone;
};

/// Why a datagram was not sent.
enum class SendDrop : std::uint8_t {
  kQueueFull,     ///< more waited than the options allow
  kWouldBlock,    ///< EAGAIN until unsent_timeout
  kNoBuffers,     ///< ENOBUFS, ENOMEM: an interface's queue is full; waiting would not tell when
  kNotPermitted,  ///< EPERM, EACCES: a firewall, or a broadcast
  kTooLong,       ///< EMSGSIZE, or over kDatagramBytesMax
  kRefused,       ///< ECONNREFUSED
  kUnreachable,   ///< no route, no such source address, the network is down
  kOther,
};
inline constexpr std::size_t kSendDrops = static_cast<std::size_t>(SendDrop::kOther) + 1;

/// "queue_full", "would_block", ...
std::string_view name_of(SendDrop why) noexcept;

/// What a socket has done. Written by its loop.
struct UdpTallies {
  Tally received;  ///< datagrams
  Tally received_bytes;
  Tally cut;             ///< of those, longer than what could be received
  Tally receive_calls;   ///< that brought something
  Tally receive_errors;  ///< pending errors; see DatagramHandler::on_receive_error
  Tally gro_messages;    ///< messages of several datagrams that were received
  Tally sent;            ///< datagrams
  Tally sent_bytes;
  Tally send_calls;    ///< that took something
  Tally gso_messages;  ///< messages of several datagrams that were sent
  Tally gso_failures;  ///< messages that the kernel did not cut, sent again one by one
  std::array<Tally, kSendDrops> dropped;  ///< by SendDrop

  const Tally& dropped_for(SendDrop why) const noexcept {
    return dropped[static_cast<std::size_t>(why)];
  }
  Tally& dropped_for(SendDrop why) noexcept { return dropped[static_cast<std::size_t>(why)]; }
};

}  // namespace halo
