#pragma once

#include <span>
#include <system_error>

#include "reactor/datagram.hpp"

namespace halo {

class UdpSocket;

/// What a protocol over datagrams implements. *Thread:* the socket's loop's. *Lifetime:* must
/// outlive its socket, which it must not destroy in a callback; `UdpSocket::close` it may call.
/// *Errors:* an exception leaves the loop's `run`; the rest of the batch at hand is lost.
class DatagramHandler {
 public:
  virtual ~DatagramHandler() = default;

  /// Datagrams that have arrived, at least one, in order. Their bytes and peers are good during the
  /// call. Answers leave together, after it.
  virtual void on_datagrams(UdpSocket& socket, std::span<const Datagram> datagrams) = 0;

  /// The kernel did not take a datagram for `peer`, or not in time, which is EAGAIN. It is dropped
  /// and counted. What is sent to in this call leaves later.
  virtual void on_send_error(UdpSocket& /*socket*/, const DatagramPeer& /*peer*/,
                             std::error_code /*why*/) {}

  /// An error was pending on the socket, as a rule the network's word about an earlier datagram of
  /// a connected one (ECONNREFUSED, EHOSTUNREACH). The socket goes on.
  virtual void on_receive_error(UdpSocket& /*socket*/, std::error_code /*why*/) {}

  /// All that waited for the kernel has left, or was dropped.
  virtual void on_drain(UdpSocket& /*socket*/) {}
};

}  // namespace halo
