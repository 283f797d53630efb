#include "bench/connection_opener.hpp"

#include <utility>

#include "reactor/socket.hpp"

namespace halo::bench {
namespace {

constexpr std::uint64_t kConnectionsPerSource = 20'000;
constexpr std::uint8_t kLastSource = 16;  // 320,000 connections, more than one process has

// 127.0.0.2 and its neighbours work by themselves on Linux and have to be configured elsewhere.
std::vector<Endpoint> further_sources(const Endpoint& server) {
  std::vector<Endpoint> sources;
  if (server.address_string() != "127.0.0.1") {
    return sources;
  }
  for (std::uint8_t last = 2; last <= kLastSource; ++last) {
    const Endpoint source = Endpoint::ip(Endpoint::Family::kIpv4, {127, 0, 0, last}, 0);
    if (!socket::listen(source, 1)) {
      break;
    }
    sources.push_back(source);
  }
  return sources;
}

}  // namespace

ConnectionOpener::ConnectionOpener(EventLoop& loop, const Endpoint& server, Duration timeout,
                                   OnOpened on_opened, OnFailed on_failed)
    : loop_(loop),
      server_(server),
      timeout_(timeout),
      on_opened_(std::move(on_opened)),
      on_failed_(std::move(on_failed)),
      sources_(further_sources(server)) {}

void ConnectionOpener::open(std::size_t count) {
  waiting_ += count;
  connect_next();
}

void ConnectionOpener::connect_next() {
  while (waiting_ > 0) {
    if (free_attempts_.empty()) {
      if (attempts_.size() == kUnderWayMax) {
        return;
      }
      free_attempts_.push_back(attempts_.size());
      attempts_.push_back(std::make_unique<Attempt>(loop_));
    }
    const std::size_t index = free_attempts_.back();
    free_attempts_.pop_back();
    --waiting_;
    Attempt& attempt = *attempts_[index];
    attempt.began = monotonic_clock().now();
    attempt.connector.connect(
        server_, [this, index](Result<OwnedFd> socket) { on_connect(index, std::move(socket)); },
        ConnectOptions{timeout_, next_source()});
  }
}

void ConnectionOpener::on_connect(std::size_t index, Result<OwnedFd> socket) {
  free_attempts_.push_back(index);
  if (socket) {
    (void)socket::set_no_delay(socket->get());  // slower, not wrong, without it
    on_opened_(std::move(*socket), attempts_[index]->began);
  } else {
    on_failed_(socket.error());
  }
  connect_next();
}

std::optional<Endpoint> ConnectionOpener::next_source() noexcept {
  const std::uint64_t turn = begun_++ / kConnectionsPerSource % (sources_.size() + 1);
  return turn == 0 ? std::nullopt : std::optional(sources_[static_cast<std::size_t>(turn - 1)]);
}

}  // namespace halo::bench
