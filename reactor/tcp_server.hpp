#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

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

class Admission;
class ServerMember;

/// How connections come to the loops of a server. With one loop it makes no difference.
enum class AcceptMode : std::uint8_t {
  /// kReuseport where the kernel spreads connections over listeners (IPv4 and IPv6 on Linux and
  /// FreeBSD), else kHandoff (macOS, Unix paths).
  kBest,
  /// Each loop has a listener of its own on the shared port (SO_REUSEPORT), and the kernel picks
  /// one by a hash of the addresses. No thread waits for another on the way of a connection: for
  /// many that come and go. By chance one loop may get many and another none, which evens out only
  /// in the long run; listening fails with kReuseportUnavailable where the kernel does not spread.
  kReuseport,
  /// The first loop accepts for all and hands the sockets over in turn, so that the loops get as
  /// many each, give or take one: for few connections that stay long. Each one that another loop
  /// serves costs a post to its thread.
  kHandoff,
};

struct TcpServerOptions {
  ConnectionOptions connection;
  AcceptMode accept = AcceptMode::kBest;
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
/// *Owner:* main, as a rule. *Thread:* any but the loops'; where the pool has the caller's own
/// loop, that loop's thread, while nobody runs it. *Lifetime:* the pool must outlive it.
class TcpServer {
 public:
  /// Listens on `at` (port 0: any free one) and begins to accept. Fails with the system's word:
  /// EADDRINUSE, EADDRNOTAVAIL, EACCES, EMFILE, ...; with kReuseportUnavailable where the accept
  /// mode asks for what the system does not do.
  static Result<std::unique_ptr<TcpServer>> listen(LoopPool& loops, const Endpoint& at,
                                                   const HandlerFactory& factory,
                                                   TcpServerOptions options = {});
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  /// Resets what is open; returns when every handler had its on_close.
  ~TcpServer();

  /// With the port that was chosen.
  Endpoint local_endpoint() const;

  /// Stops accepting, answers what has arrived, flushes, and closes in order; after `grace` cuts
  /// what is left. Returns when no connection is left: how many were cut. The caller's own loop is
  /// run meanwhile.
  std::size_t drain_and_stop(Duration grace);

  /// Connections at this moment, closing ones included.
  std::size_t connections() const noexcept;
  TcpServerCounters counters() const noexcept;

 private:
  class Entrance;  // a listener, and whom its connections go to

  TcpServer(LoopPool& loops, TcpServerOptions options);
  std::error_code open(std::vector<OwnedFd> listeners, const HandlerFactory& factory);

  LoopPool& loops_;
  TcpServerOptions options_;
  Endpoint local_;
  std::unique_ptr<Admission> admission_;
  std::vector<std::unique_ptr<ServerMember>> members_;  // one for each loop
  std::vector<std::unique_ptr<Entrance>> entrances_;    // on as many loops, from the first on
};

}  // namespace halo
