#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "reactor/connection.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/log.hpp"
#include "reactor/loop_pool.hpp"
#include "reactor/result.hpp"

namespace halo {

/// Makes the handler of a new connection; null refuses it. *Thread:* that of `loop`; each loop has
/// a copy of the factory, and all may be called at the same time.
using HandlerFactory =
    std::function<std::unique_ptr<ConnectionHandler>(EventLoop& loop, const Endpoint& peer)>;

struct TcpServerOptions {
  ConnectionOptions connection;
  /// Connections of all loops together; more are closed right after they were accepted.
  std::size_t connections_max = 100'000;
  /// Connections from one address; zero: as many as there may be.
  std::size_t connections_per_address_max = 0;
  /// Connections that the kernel completes before they are accepted; the system may allow fewer.
  int backlog = 4096;
  LogSink log;
};

/// What a server has seen since it was made.
struct TcpServerCounters {
  std::uint64_t accepted = 0;       ///< connections that got a handler
  std::uint64_t refused = 0;        ///< over a maximum, or by the factory
  std::uint64_t accept_pauses = 0;  ///< times that descriptors or memory had run out
};

/// Listens on one endpoint and gives each connection a handler, on all loops of a pool.
/// *Owner:* main, as a rule. *Thread:* any but the loops'. *Lifetime:* the pool must outlive it.
/// Each loop has a listener of its own on the shared port (SO_REUSEPORT), so that the kernel
/// spreads the connections and no lock is on the way of a new one.
class TcpServer {
 public:
  /// Listens on `at` (port 0: any free one) and begins to accept. Fails with the system's word:
  /// EADDRINUSE, EADDRNOTAVAIL, EACCES, EMFILE, ...
  static Result<std::unique_ptr<TcpServer>> listen(LoopPool& loops, const Endpoint& at,
                                                   HandlerFactory factory,
                                                   TcpServerOptions options = {});
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  /// Resets what is open; returns when every handler had its on_close.
  ~TcpServer();

  /// With the port that was chosen.
  Endpoint local_endpoint() const;

  /// Stops accepting, answers what has arrived, flushes, and closes in order; after `grace` cuts
  /// what is left. Returns when no connection is left: how many were cut.
  std::size_t drain_and_stop(Duration grace);

  /// Connections at this moment, closing ones included.
  std::size_t connections() const noexcept;
  TcpServerCounters counters() const noexcept;

 private:
  class Admission;  // counts connections against the maxima, for all loops
  class Member;     // one loop's share: its acceptor and its connections

  TcpServer(LoopPool& loops, TcpServerOptions options);

  LoopPool& loops_;
  TcpServerOptions options_;
  Endpoint local_;
  std::unique_ptr<Admission> admission_;
  std::vector<std::unique_ptr<Member>> members_;
};

}  // namespace halo
