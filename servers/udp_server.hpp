#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "protocols/hello/datagram_session.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/loop_pool.hpp"
#include "reactor/result.hpp"
#include "reactor/udp_socket.hpp"

namespace halo {

/// hello over datagrams on all loops of a pool: a socket and a session for each, on one port.
/// Where the kernel does not spread datagrams over sockets (macOS), the first loop has them all.
/// *Owner:* main. *Thread:* that of the pool's own loop; outside of it but for `counters`.
/// *Lifetime:* the pool must outlive it.
class UdpServer {
 public:
  /// Fails with the system's word: EADDRINUSE, EADDRNOTAVAIL, EACCES, ...
  static Result<std::unique_ptr<UdpServer>> bind(LoopPool& loops, const Endpoint& at,
                                                 hello::LoopGuard guard, UdpOptions options);
  UdpServer(const UdpServer&) = delete;
  UdpServer& operator=(const UdpServer&) = delete;
  ~UdpServer();

  /// With the port that was chosen.
  const Endpoint& local_endpoint() const noexcept { return local_; }
  std::size_t sockets() const noexcept { return members_.size(); }

  /// Answers what has arrived by now, on every loop; then the sockets are closed.
  void drain_and_stop();

  /// What all sockets together have done, as "received=3 answered=2 ...". *Thread:* any.
  std::string counters() const;

 private:
  struct Member {
    explicit Member(hello::LoopGuard guard) noexcept : session(guard) {}

    hello::DatagramSession session;
    std::unique_ptr<UdpSocket> socket;
  };

  explicit UdpServer(LoopPool& loops) noexcept : loops_(loops) {}
  std::error_code open(const Endpoint& at, hello::LoopGuard guard, UdpOptions options);
  template <class Pick>
  std::uint64_t sum(Pick pick) const;

  LoopPool& loops_;
  Endpoint local_;
  std::vector<std::unique_ptr<Member>> members_;  // of the pool's first loops, in their order
};

}  // namespace halo
