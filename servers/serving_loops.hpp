#pragma once

#include <csignal>
#include <cstddef>
#include <memory>
#include <string>

#include "reactor/event_loop.hpp"
#include "reactor/loop_pool.hpp"
#include "reactor/poller.hpp"
#include "reactor/signal_set.hpp"
#include "reactor/tcp_server.hpp"
#include "reactor/time.hpp"

namespace halo {

/// The loops of a server that runs until SIGTERM or SIGINT; a second one ends the process at once.
/// The first loop is main's, so that with one loop the process has one thread. *Lifetime:* what
/// posts to the loops, or serves on them, must go before.
class ServingLoops {
 public:
  /// Null when there are no descriptors or threads for them, which one line of `program` has said.
  static std::unique_ptr<ServingLoops> start(const std::string& program, std::size_t loops,
                                             PollerKind poller);

  LoopPool& pool() noexcept { return *pool_; }
  /// Runs main's loop until the first signal.
  void run() { loop_->run(); }

 private:
  ServingLoops() = default;

  std::unique_ptr<EventLoop> loop_;  // in this order, so that they go in the other one
  std::unique_ptr<SignalSet> signals_;
  std::unique_ptr<LoopPool> pool_;
};

/// Listens at `at`, says so on standard output, serves until SIGTERM or SIGINT, then drains for
/// `grace` at most. `workers`: how many threads work for the loops, which the first line tells.
/// Returns the exit code. Where connections were cut it ends the process itself: a worker may be at
/// work for them still, which a return would await.
int serve_until_signal(const std::string& program, ServingLoops& serving, const Endpoint& at,
                       const HandlerFactory& factory, const TcpServerOptions& options,
                       std::size_t workers, Duration grace);

}  // namespace halo
