#include "servers/udp_server.hpp"

#include <utility>

#include <fmt/format.h>

#include "reactor/socket.hpp"
#include "servers/datagram_counters.hpp"

namespace halo {

Result<std::unique_ptr<UdpServer>> UdpServer::bind(LoopPool& loops, const Endpoint& at,
                                                   hello::LoopGuard guard, UdpOptions options) {
  std::unique_ptr<UdpServer> server(new UdpServer(loops));
  if (const std::error_code error = server->open(at, guard, options)) {
    return error;
  }
  return server;
}

std::error_code UdpServer::open(const Endpoint& at, hello::LoopGuard guard, UdpOptions options) {
  using socket::PortSharing;
  const std::size_t count = socket::balances_groups(at) ? loops_.size() : 1;
  local_ = at;
  for (std::size_t i = 0; i < count; ++i) {
    if (count > 1) {
      options.sharing = i == 0 ? PortSharing::kFirstOfGroup : PortSharing::kMemberOfGroup;
    }
    members_.push_back(std::make_unique<Member>(guard));
    Member& member = *members_.back();
    std::error_code error;
    loops_.call(i, [this, i, &member, &options, &error] {
      Result<std::unique_ptr<UdpSocket>> socket =
          UdpSocket::bind(loops_.loop(i), local_, member.session, options);
      if (socket) {
        member.socket = std::move(*socket);
        local_ = member.socket->local_endpoint();
      }
      error = socket.error();
    });
    if (error) {
      return error;
    }
  }
  return {};
}

UdpServer::~UdpServer() {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    loops_.call(i, [this, i] { members_[i]->socket.reset(); });
  }
}

void UdpServer::drain_and_stop() {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    loops_.call(i, [this, i] {
      members_[i]->socket->drain();
      members_[i]->socket->close();
    });
  }
}

template <class Pick>
std::uint64_t UdpServer::sum(Pick pick) const {
  std::uint64_t total = 0;
  for (const std::unique_ptr<Member>& member : members_) {
    total += pick(*member);
  }
  return total;
}

std::string UdpServer::counters() const {
  const auto of_socket = [this](Tally UdpTallies::*tally) {
    return sum([tally](const Member& m) { return (m.socket->tallies().*tally).value(); });
  };
  DatagramCounters counters{.received = of_socket(&UdpTallies::received),
                            .answered = of_socket(&UdpTallies::sent),
                            .receive_errors = of_socket(&UdpTallies::receive_errors),
                            .receive_calls = of_socket(&UdpTallies::receive_calls),
                            .send_calls = of_socket(&UdpTallies::send_calls)};
  for (std::size_t i = 0; i < hello::kDatagramVerdicts; ++i) {
    counters.judged[i] = sum(
        [i](const Member& m) { return m.session.judged(static_cast<hello::DatagramVerdict>(i)); });
  }
  for (std::size_t i = 0; i < kSendDrops; ++i) {
    counters.dropped[i] =
        sum([i](const Member& m) { return m.socket->tallies().dropped[i].value(); });
  }
  return counters.to_string() + fmt::format(" gro_messages={} gso_messages={} gso_failures={}",
                                            of_socket(&UdpTallies::gro_messages),
                                            of_socket(&UdpTallies::gso_messages),
                                            of_socket(&UdpTallies::gso_failures));
}

}  // namespace halo
