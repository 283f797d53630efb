#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "reactor/connection_table.hpp"
#include "reactor/internal/admission.hpp"
#include "reactor/internal/handoff_queue.hpp"
#include "reactor/tcp_server.hpp"

namespace halo {

/// One loop's share of a server: its connections, and those on their way to it.
/// *Owner:* a TcpServer. *Thread:* the loop's, except `hand_over` and the counters.
/// *Lifetime:* the loop and `admission` until what it closed at its end is destroyed.
///
/// 1. A socket that comes here was admitted, and leaves the admission exactly once: refused by the
///    factory, lost to an exception, closed on its way, or as a connection that ended.
class ServerMember {
 public:
  ServerMember(EventLoop& loop, HandlerFactory factory, const ConnectionOptions& options,
               Admission& admission);
  ServerMember(const ServerMember&) = delete;
  ServerMember& operator=(const ServerMember&) = delete;

  /// Resets its connections, and those on their way.
  ~ServerMember();

  /// Makes a connection of an admitted socket. An exception is the factory's or the handler's.
  void take(OwnedFd socket, const Endpoint& peer);

  /// Has `take` called on the loop's thread. *Thread:* any.
  void hand_over(OwnedFd socket, const Endpoint& peer) { handoffs_.put(std::move(socket), peer); }

  /// Takes what is on its way, then drains all connections.
  void drain();

  /// Cuts what is left; returns how many connections had something to say still.
  std::size_t cut();

  EventLoop& loop() const noexcept { return connections_.loop(); }
  std::uint64_t accepted() const noexcept { return accepted_.load(std::memory_order_relaxed); }
  std::uint64_t refused() const noexcept { return refused_.load(std::memory_order_relaxed); }

 private:
  HandlerFactory factory_;
  Admission& admission_;
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> refused_{0};
  ConnectionTable connections_;
  HandoffQueue handoffs_;
};

}  // namespace halo
