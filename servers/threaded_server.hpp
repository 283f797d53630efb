#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "reactor/endpoint.hpp"
#include "reactor/log.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/result.hpp"
#include "reactor/time.hpp"
#include "servers/threaded_session.hpp"

namespace halo {

struct ThreadedServerOptions {
  ThreadedSessionOptions session;
  std::size_t connections_max = 100'000;  ///< more are closed right after they were accepted
  bool log_connections = false;
  LogSink log;
};

/// The naive model: accept, and give each connection a thread of its own that blocks in read and
/// write. *Owner:* main. *Thread:* main's.
///
/// 1. Out of descriptors or threads, it logs at most one line a second and goes on.
/// 2. Its threads are detached; a connection leaves the list as the last thing that its thread
/// does.
class ThreadedServer {
 public:
  /// Fails with the system's word: EADDRINUSE, EADDRNOTAVAIL, EACCES, EMFILE, ...
  static Result<std::unique_ptr<ThreadedServer>> listen(const Endpoint& at,
                                                        ThreadedServerOptions options);
  ThreadedServer(const ThreadedServer&) = delete;
  ThreadedServer& operator=(const ThreadedServer&) = delete;

  /// With the port that was chosen.
  Endpoint local_endpoint() const { return local_; }

  /// Begins to accept, on a thread of its own. Throws std::system_error when there is none.
  void start();

  struct Drained {
    std::size_t cut = 0;    ///< connections that were not done within the grace
    std::size_t stuck = 0;  ///< of these, how many threads still work: the server must not go
  };
  /// Stops accepting, has what has arrived answered, waits for all connections, and after `grace`
  /// cuts what is left. To be called once, after `start`, before the server goes.
  Drained drain_and_stop(Duration grace);

 private:
  struct Client {
    OwnedFd socket;
    Endpoint peer;
    bool input_ended = false;  ///< by us, in a drain
  };
  using Clients = std::list<Client>;

  ThreadedServer(OwnedFd listener, Endpoint local, ThreadedServerOptions options);

  void accept_all();
  bool accept_one();
  void start_client(OwnedFd socket, const Endpoint& peer);
  void serve(Clients::iterator client);
  void stop_accepting();
  bool end_input_that_is_read();
  void cut_clients();
  bool wait_for_clients(Duration limit);
  void complain(const std::string& text);

  OwnedFd listener_;
  const Endpoint local_;
  const ThreadedServerOptions options_;
  std::atomic<bool> draining_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  Clients clients_;            // guarded by mutex_
  bool accept_ended_ = false;  // guarded by mutex_
  TimePoint complained_at_{};  // of the accepting thread
  std::thread accepting_;
};

}  // namespace halo
