#include "reactor/tcp_server.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "reactor/acceptor.hpp"
#include "reactor/check.hpp"
#include "reactor/connection_table.hpp"
#include "reactor/error.hpp"
#include "reactor/socket.hpp"

namespace halo {
namespace {

/// A listener for each loop: a group on one port, where the kernel spreads the connections. A Unix
/// path knows no such groups, so its loops share one listener, each by a descriptor of its own.
Result<std::vector<OwnedFd>> open_listeners(const Endpoint& at, std::size_t count, int backlog) {
  using socket::PortSharing;
  const bool group = count > 1 && at.family() != Endpoint::Family::kUnix;
  std::vector<OwnedFd> listeners;
  Result<OwnedFd> first =
      socket::listen(at, backlog, group ? PortSharing::kFirstOfGroup : PortSharing::kAlone);
  if (!first) {
    return first.error();
  }
  const Result<Endpoint> bound = socket::local_endpoint(first->get());
  if (!bound) {
    return bound.error();
  }
  listeners.push_back(std::move(*first));
  while (listeners.size() < count) {
    Result<OwnedFd> next = group ? socket::listen(*bound, backlog, PortSharing::kMemberOfGroup)
                                 : socket::duplicate(listeners.front().get());
    if (!next) {
      return next.error();
    }
    listeners.push_back(std::move(*next));
  }
  return listeners;
}

}  // namespace

/// Counts the connections of all loops against the maxima. *Thread:* any.
class TcpServer::Admission {
 public:
  Admission(std::size_t connections_max, std::size_t per_address_max)
      : connections_max_(connections_max), per_address_max_(per_address_max) {}

  /// Whether a connection from `peer` may come in; it is counted then, until `leave`.
  bool enter(const Endpoint& peer) {
    if (open_.fetch_add(1, std::memory_order_relaxed) < connections_max_ && enter_address(peer)) {
      return true;
    }
    leave_total();
    return false;
  }

  void leave(const Endpoint& peer) {
    if (per_address_max_ > 0) {
      const std::lock_guard lock(mutex_);
      leave_address(peer.address());
    }
    leave_total();
  }

  /// So that `leave` knows the address of a connection whose socket is closed by then.
  void remember(const EventLoop& loop, ConnectionId id, const Endpoint& peer) {
    if (per_address_max_ > 0) {
      const std::lock_guard lock(mutex_);
      address_of_[key(loop, id)] = peer.address();
    }
  }

  void leave(const EventLoop& loop, ConnectionId id) {
    if (per_address_max_ > 0) {
      const std::lock_guard lock(mutex_);
      const auto found = address_of_.find(key(loop, id));
      if (found != address_of_.end()) {
        leave_address(found->second);
        address_of_.erase(found);
      }
    }
    leave_total();
  }

  /// True at most once a second, whatever the number of loops that have something to complain of.
  bool may_complain(TimePoint now) {
    const std::lock_guard lock(mutex_);
    if (now < silent_until_) {
      return false;
    }
    silent_until_ = now + std::chrono::seconds(1);
    return true;
  }

  std::size_t open() const noexcept { return open_.load(std::memory_order_acquire); }

  /// Waits until no connection is open, at most for `limit`; false: some are.
  bool wait_for_none(Duration limit) {
    std::unique_lock lock(mutex_);
    // Bounded, so that the end of the wait can be told by a clock.
    return none_left_.wait_for(lock, std::min<Duration>(limit, std::chrono::hours(24 * 365)),
                               [this] { return open() == 0; });
  }

 private:
  using Address = std::array<std::uint8_t, 16>;
  using Key = std::tuple<const EventLoop*, std::uint32_t, std::uint32_t>;

  static Key key(const EventLoop& loop, ConnectionId id) {
    return {&loop, id.token.slot, id.token.generation};
  }

  bool enter_address(const Endpoint& peer) {
    if (per_address_max_ == 0) {
      return true;
    }
    const std::lock_guard lock(mutex_);
    std::size_t& count = count_of_[peer.address()];
    if (count >= per_address_max_) {
      return false;
    }
    ++count;
    return true;
  }

  void leave_address(const Address& address) {
    const auto found = count_of_.find(address);
    if (--found->second == 0) {
      count_of_.erase(found);
    }
  }

  void leave_total() {
    if (open_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      const std::lock_guard lock(mutex_);  // not between the waiter's look and its sleep
      none_left_.notify_all();
    }
  }

  const std::size_t connections_max_;
  const std::size_t per_address_max_;
  std::atomic<std::size_t> open_{0};
  std::mutex mutex_;
  std::condition_variable none_left_;
  TimePoint silent_until_{};                 // guarded by mutex_
  std::map<Address, std::size_t> count_of_;  // guarded by mutex_
  std::map<Key, Address> address_of_;        // guarded by mutex_
};

/// One loop's share: its listener and its connections. *Thread:* the loop's, except the counters.
class TcpServer::Member {
 public:
  Member(EventLoop& loop, OwnedFd listener, HandlerFactory factory, const TcpServerOptions& options,
         Admission& admission)
      : loop_(loop),
        factory_(std::move(factory)),
        admission_(admission),
        connections_(loop, options.connection,
                     [&loop, &admission](Connection& connection) {
                       admission.leave(loop, connection.id());
                     }),
        acceptor_(
            loop, std::move(listener),
            [this](OwnedFd socket, const Endpoint& peer) { take(std::move(socket), peer); },
            [&loop, &admission, &log = options.log](LogLevel level, std::string_view text) {
              if (log && admission.may_complain(loop.now())) {
                log(level, text);
              }
            }) {}

  std::error_code start() { return acceptor_.start(); }

  void drain() {
    acceptor_.stop();
    connections_.for_each([](Connection& connection) { connection.drain(); });
  }

  /// Cuts what is left; returns how many connections had something to say still.
  std::size_t cut() {
    std::size_t count = 0;
    connections_.for_each([&count](Connection& connection) {
      if (connection.lingering()) {
        connection.close(CloseMode::kReset);
        return;
      }
      ++count;
      connection.abort(Errc::kGraceOver);
    });
    return count;
  }

  std::uint64_t accepted() const noexcept { return accepted_.load(std::memory_order_relaxed); }
  std::uint64_t refused() const noexcept { return refused_.load(std::memory_order_relaxed); }
  std::uint64_t pauses() const noexcept { return acceptor_.pauses(); }

 private:
  void take(OwnedFd socket, const Endpoint& peer) {
    if (!admission_.enter(peer)) {
      count(refused_);
      return;  // closes the socket
    }
    struct LeaveUnlessAdopted {
      Admission& admission;
      const Endpoint& peer;
      bool adopted = false;
      ~LeaveUnlessAdopted() {
        if (!adopted) {
          admission.leave(peer);
        }
      }
    } entry{admission_, peer};
    std::unique_ptr<ConnectionHandler> handler = factory_(loop_, peer);
    if (handler == nullptr) {
      count(refused_);
      return;
    }
    const Result<Connection*> connection =
        connections_.adopt(std::move(socket), std::move(handler));
    if (!connection) {
      count(refused_);
      return;
    }
    entry.adopted = true;
    admission_.remember(loop_, (*connection)->id(), peer);
    count(accepted_);
  }

  static void count(std::atomic<std::uint64_t>& counter) noexcept {
    counter.fetch_add(1, std::memory_order_relaxed);
  }

  EventLoop& loop_;
  HandlerFactory factory_;
  Admission& admission_;
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> refused_{0};
  ConnectionTable connections_;
  Acceptor acceptor_;
};

TcpServer::TcpServer(LoopPool& loops, TcpServerOptions options)
    : loops_(loops),
      options_(std::move(options)),
      admission_(std::make_unique<Admission>(options_.connections_max,
                                             options_.connections_per_address_max)) {}

TcpServer::~TcpServer() {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    loops_.call(i, [&member = members_[i]] { member.reset(); });
  }
}

Result<std::unique_ptr<TcpServer>> TcpServer::listen(LoopPool& loops, const Endpoint& at,
                                                     HandlerFactory factory,
                                                     TcpServerOptions options) {
  std::unique_ptr<TcpServer> server(new TcpServer(loops, std::move(options)));
  Result<std::vector<OwnedFd>> listeners =
      open_listeners(at, loops.size(), server->options_.backlog);
  if (!listeners) {
    return listeners.error();
  }
  Result<Endpoint> local = socket::local_endpoint(listeners->front().get());
  if (!local) {
    return local.error();
  }
  server->local_ = std::move(*local);
  for (OwnedFd& listener : *listeners) {
    const std::size_t index = server->members_.size();
    std::error_code error;
    loops.call(index, [&] {
      server->members_.push_back(std::make_unique<Member>(
          loops.loop(index), std::move(listener), factory, server->options_, *server->admission_));
      error = server->members_.back()->start();
    });
    if (error) {
      return error;
    }
  }
  return server;
}

Endpoint TcpServer::local_endpoint() const { return local_; }

std::size_t TcpServer::drain_and_stop(Duration grace) {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    loops_.call(i, [&member = *members_[i]] { member.drain(); });
  }
  if (admission_->wait_for_none(grace)) {
    return 0;
  }
  std::size_t cut = 0;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    loops_.call(i, [&member = *members_[i], &cut] { cut += member.cut(); });
  }
  return cut;
}

std::size_t TcpServer::connections() const noexcept { return admission_->open(); }

TcpServerCounters TcpServer::counters() const noexcept {
  TcpServerCounters counters;
  for (const std::unique_ptr<Member>& member : members_) {
    counters.accepted += member->accepted();
    counters.refused += member->refused();
    counters.accept_pauses += member->pauses();
  }
  return counters;
}

}  // namespace halo
