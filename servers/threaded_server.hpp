#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

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
  /// This many for all connections, started once; 0: one for each connection.
  std::size_t threads = 0;
  bool log_connections = false;
  LogSink log;
};

/// The naive model: accept, and give each connection a thread of its own that blocks in read and
/// write; or, with a fixed number of threads, the next one that is free. *Owner:* main. *Thread:*
/// main's.
///
/// 1. Out of descriptors or threads, it logs at most one line a second and goes on.
/// 2. Threads of connections are detached; a connection leaves the list as the last thing that its
///    thread does. Those of a fixed number are joined.
/// 3. With a fixed number, at most kWaitingMax connections wait for a thread, in the order of their
///    coming; while they do, nothing more is accepted, and the kernel keeps the rest.
class ThreadedServer {
 public:
  /// As many as the kernel keeps by itself, by default, on Linux.
  static constexpr std::size_t kWaitingMax = 4096;

  /// Fails with the system's word: EADDRINUSE, EADDRNOTAVAIL, EACCES, EMFILE, ...
  static Result<std::unique_ptr<ThreadedServer>> listen(const Endpoint& at,
                                                        ThreadedServerOptions options);
  ThreadedServer(const ThreadedServer&) = delete;
  ThreadedServer& operator=(const ThreadedServer&) = delete;
  ~ThreadedServer();

  /// With the port that was chosen.
  Endpoint local_endpoint() const { return local_; }

  /// Begins to accept, on a thread of its own. Throws std::system_error when there is none, or none
  /// of the fixed number.
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
  void start_thread(Clients::iterator client);
  void hand_over(Clients::iterator client);
  void serve(Clients::iterator client);
  void serve_waiting();
  void end_threads();
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
  Clients clients_;                        // guarded by mutex_
  bool accept_ended_ = false;              // guarded by mutex_
  std::deque<Clients::iterator> waiting_;  // for a thread of the fixed number; guarded by mutex_
  bool threads_end_ = false;               // when nothing waits; guarded by mutex_
  std::condition_variable one_waits_;
  std::condition_variable room_to_wait_;
  TimePoint complained_at_{};       // of the accepting thread
  std::vector<Endpoint> visitors_;  // where our own vain connections of the end come from
  std::thread accepting_;
  std::vector<std::thread> threads_;  // the fixed number
};

}  // namespace halo
