#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "reactor/connection_handler.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/time.hpp"

namespace halo {

/// Counts the connections of a server's loops against its maxima, from the accept to the end.
/// *Owner:* a TcpServer. *Thread:* any.
class Admission {
 public:
  /// A maximum of zero for each address: no such maximum.
  Admission(std::size_t connections_max, std::size_t per_address_max)
      : connections_max_(connections_max), per_address_max_(per_address_max) {}

  /// Whether a connection from `peer` may come in; it is counted then, until `leave`.
  bool enter(const Endpoint& peer);

  /// Ends the count of a connection that got no handler.
  void leave(const Endpoint& peer);

  /// To be called before a handler gets its connection, so that its `leave` knows whose place
  /// becomes free although the socket is closed by then. The pointer is a name: on another loop the
  /// same address may mean the next handler already.
  void remember(const EventLoop& loop, const ConnectionHandler* handler, const Endpoint& peer);
  void leave(const EventLoop& loop, const ConnectionHandler* handler);

  /// True at most once a second, whatever the number of loops that have something to complain of.
  bool may_complain(TimePoint now);

  /// Connections that came in and did not leave.
  std::size_t open() const noexcept { return open_.load(std::memory_order_acquire); }

  /// Waits until no connection is open, at most for `limit`; false: some are. Where the caller has
  /// a loop of its own it is run meanwhile.
  bool wait_for_none(Duration limit, EventLoop* own);

 private:
  using Address = std::array<std::uint8_t, 16>;
  using Name = std::pair<const EventLoop*, const ConnectionHandler*>;

  bool enter_address(const Endpoint& peer);
  void leave_address(const Address& address);
  void leave_total();
  void run_until_none(EventLoop& own, Duration limit);

  const std::size_t connections_max_;
  const std::size_t per_address_max_;
  std::atomic<std::size_t> open_{0};
  std::mutex mutex_;
  std::condition_variable none_left_;
  EventLoop* waiting_loop_ = nullptr;        // guarded by mutex_; to be woken when none is left
  TimePoint silent_until_{};                 // guarded by mutex_
  std::map<Address, std::size_t> count_of_;  // guarded by mutex_
  std::map<Name, Address> address_of_;       // guarded by mutex_
};

}  // namespace halo
