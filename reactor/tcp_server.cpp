#include "reactor/tcp_server.hpp"

#include <atomic>
#include <string_view>
#include <utility>

#include "reactor/acceptor.hpp"
#include "reactor/error.hpp"
#include "reactor/internal/admission.hpp"
#include "reactor/internal/server_member.hpp"
#include "reactor/socket.hpp"

namespace halo {
namespace {

Result<AcceptMode> resolve(AcceptMode asked, const Endpoint& at) {
  const bool balanced = socket::balances_groups(at);
  if (asked == AcceptMode::kReuseport && !balanced) {
    return Errc::kReuseportUnavailable;
  }
  if (asked == AcceptMode::kBest) {
    return balanced ? AcceptMode::kReuseport : AcceptMode::kHandoff;
  }
  return asked;
}

/// So many listeners; more than one are a group on one port.
Result<std::vector<OwnedFd>> open_listeners(const Endpoint& at, std::size_t count, int backlog) {
  using socket::PortSharing;
  std::vector<OwnedFd> listeners;
  Result<OwnedFd> first =
      socket::listen(at, backlog, count > 1 ? PortSharing::kFirstOfGroup : PortSharing::kAlone);
  if (!first) {
    return first.error();
  }
  const Result<Endpoint> bound = socket::local_endpoint(first->get());
  if (!bound) {
    return bound.error();
  }
  listeners.push_back(std::move(*first));
  while (listeners.size() < count) {
    Result<OwnedFd> next = socket::listen(*bound, backlog, PortSharing::kMemberOfGroup);
    if (!next) {
      return next.error();
    }
    listeners.push_back(std::move(*next));
  }
  return listeners;
}

}  // namespace

/// One listener and the members that its connections go to, in turn: its own loop's, or all.
/// *Thread:* its loop's, except the counters. *Lifetime:* the members until it is stopped or gone.
class TcpServer::Entrance {
 public:
  Entrance(EventLoop& loop, OwnedFd listener, std::vector<ServerMember*> members,
           Admission& admission, const LogSink& log)
      : loop_(loop),
        members_(std::move(members)),
        admission_(admission),
        acceptor_(
            loop, std::move(listener),
            [this](OwnedFd socket, const Endpoint& peer) { let_in(std::move(socket), peer); },
            [&loop, &admission, &log](LogLevel level, std::string_view text) {
              if (log && admission.may_complain(loop.now())) {
                log(level, text);
              }
            }) {}

  std::error_code start() { return acceptor_.start(); }
  void stop() { acceptor_.stop(); }

  std::uint64_t refused() const noexcept { return refused_.load(std::memory_order_relaxed); }
  std::uint64_t pauses() const noexcept { return acceptor_.pauses(); }

 private:
  void let_in(OwnedFd socket, const Endpoint& peer) {
    if (!admission_.enter(peer)) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return;  // closes the socket
    }
    ServerMember& member = *members_[turn_];
    turn_ = (turn_ + 1) % members_.size();
    if (&member.loop() == &loop_) {
      member.take(std::move(socket), peer);
    } else {
      member.hand_over(std::move(socket), peer);
    }
  }

  EventLoop& loop_;
  const std::vector<ServerMember*> members_;
  std::size_t turn_ = 0;  // an index in members_
  Admission& admission_;
  std::atomic<std::uint64_t> refused_{0};
  Acceptor acceptor_;
};

TcpServer::TcpServer(LoopPool& loops, TcpServerOptions options)
    : loops_(loops),
      options_(std::move(options)),
      admission_(std::make_unique<Admission>(options_.connections_max,
                                             options_.connections_per_address_max)) {}

TcpServer::~TcpServer() {
  // From the first loop on: no entrance is left when a member goes that it could hand a socket to.
  for (std::size_t i = 0; i < members_.size(); ++i) {
    loops_.call(i, [this, i] {
      if (i < entrances_.size()) {
        entrances_[i].reset();
      }
      members_[i].reset();
    });
  }
}

Result<std::unique_ptr<TcpServer>> TcpServer::listen(LoopPool& loops, const Endpoint& at,
                                                     const HandlerFactory& factory,
                                                     TcpServerOptions options) {
  const Result<AcceptMode> mode = resolve(options.accept, at);
  if (!mode) {
    return mode.error();
  }
  std::unique_ptr<TcpServer> server(new TcpServer(loops, std::move(options)));
  const bool grouped = *mode == AcceptMode::kReuseport;
  Result<std::vector<OwnedFd>> listeners =
      open_listeners(at, grouped ? loops.size() : 1, server->options_.backlog);
  if (!listeners) {
    return listeners.error();
  }
  Result<Endpoint> local = socket::local_endpoint(listeners->front().get());
  if (!local) {
    return local.error();
  }
  server->local_ = std::move(*local);
  if (const std::error_code error = server->open(std::move(*listeners), factory)) {
    return error;
  }
  return server;
}

/// All members are there before the first connection comes.
std::error_code TcpServer::open(std::vector<OwnedFd> listeners, const HandlerFactory& factory) {
  std::vector<ServerMember*> all;
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    members_.push_back(
        std::make_unique<ServerMember>(loops_.loop(i), factory, options_.connection, *admission_));
    all.push_back(members_.back().get());
  }
  const bool grouped = listeners.size() > 1;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    entrances_.push_back(std::make_unique<Entrance>(loops_.loop(i), std::move(listeners[i]),
                                                    grouped ? std::vector{all[i]} : all,
                                                    *admission_, options_.log));
  }
  for (std::size_t i = 0; i < entrances_.size(); ++i) {
    std::error_code error;
    loops_.call(i, [this, i, &error] { error = entrances_[i]->start(); });
    if (error) {
      return error;
    }
  }
  return {};
}

Endpoint TcpServer::local_endpoint() const { return local_; }

std::size_t TcpServer::drain_and_stop(Duration grace) {
  // From the first loop on: what an entrance hands over is there when the other loops drain.
  for (std::size_t i = 0; i < members_.size(); ++i) {
    loops_.call(i, [this, i] {
      if (i < entrances_.size()) {
        entrances_[i]->stop();
      }
      members_[i]->drain();
    });
  }
  if (admission_->wait_for_none(grace, loops_.own_loop())) {
    return 0;
  }
  std::size_t cut = 0;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    loops_.call(i, [this, i, &cut] { cut += members_[i]->cut(); });
  }
  return cut;
}

std::size_t TcpServer::connections() const noexcept { return admission_->open(); }

TcpServerCounters TcpServer::counters() const noexcept {
  TcpServerCounters counters;
  for (const std::unique_ptr<ServerMember>& member : members_) {
    counters.accepted += member->accepted();
    counters.refused += member->refused();
  }
  for (const std::unique_ptr<Entrance>& entrance : entrances_) {
    counters.refused += entrance->refused();
    counters.accept_pauses += entrance->pauses();
  }
  return counters;
}

}  // namespace halo
