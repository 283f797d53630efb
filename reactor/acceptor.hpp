#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/log.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/unique_function.hpp"

namespace halo {

/// Takes connections from a listening socket, a bounded number for each event.
/// *Owner:* a server. *Thread:* the loop's.
///
/// 1. Out of descriptors or memory, it stops watching for 100 ms at a time, so that the loop does
///    not spin, and says so in at most one line a second.
/// 2. A connection that was aborted while it waited is skipped.
class Acceptor final : private IoHandler {
 public:
  using OnAccept = UniqueFunction<void(OwnedFd socket, const Endpoint& peer)>;

  /// `listener`: as made by socket::listen. `on_accept` owns each socket, non-blocking.
  Acceptor(EventLoop& loop, OwnedFd listener, OnAccept on_accept, LogSink log = {});
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;
  ~Acceptor();

  /// Begins to accept. Fails as EventLoop::watch does.
  [[nodiscard]] std::error_code start();

  /// Accepts what already waits, then closes the listening socket: from now on connects are
  /// refused.
  void stop();

  /// Pauses for lack of resources so far. *Thread:* any.
  std::uint64_t pauses() const noexcept { return pauses_.load(std::memory_order_relaxed); }

 private:
  void on_ready(Event event) override;
  bool accept_one();
  void pause(std::error_code why);
  void resume();

  EventLoop& loop_;
  OwnedFd listener_;
  OnAccept on_accept_;
  LogSink log_;
  Token watch_;
  TimerId resume_timer_;
  std::size_t batch_ = 1;
  int full_batches_ = 0;  // in a row
  std::atomic<std::uint64_t> pauses_{0};
  TimePoint logged_at_{};
};

}  // namespace halo
