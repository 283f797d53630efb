#pragma once

#include <array>
#include <span>

#include "protocols/hello/datagram_codec.hpp"
#include "reactor/datagram_handler.hpp"
#include "reactor/tally.hpp"
#include "reactor/udp_socket.hpp"

namespace halo::hello {

/// The server's side of hello over one datagram socket: judges each datagram, answers it or counts
/// why not. It knows nothing of its clients. *Owner:* whoever owns the socket. *Thread:* the
/// socket's loop's, except the counts. *Lifetime:* must outlive the socket.
class DatagramSession final : public DatagramHandler {
 public:
  explicit DatagramSession(LoopGuard guard) noexcept : guard_(guard) {}

  void on_datagrams(UdpSocket& socket, std::span<const Datagram> datagrams) override;

  /// How many datagrams got `verdict`. An answer may still have been dropped on its way out: see
  /// UdpTallies. *Thread:* any.
  std::uint64_t judged(DatagramVerdict verdict) const noexcept {
    return judged_[static_cast<std::size_t>(verdict)].value();
  }

 private:
  const LoopGuard guard_;
  std::array<Tally, kDatagramVerdicts> judged_;
};

}  // namespace halo::hello
