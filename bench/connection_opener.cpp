#include "bench/connection_opener.hpp"

#include <utility>

#include "reactor/socket.hpp"

namespace halo::bench {
namespace {

constexpr std::uint64_t kConnectionsPerSource = 20'000;
constexpr std::uint8_t kLastSource = 16;  // 320,000 connections, more than one process has

// Beside the system's own choice, 127.0.0.1: 127.0.0.2 and its neighbours work by themselves on
// Linux and have to be configured elsewhere.
load::LaneOpener::Sources sources_for(const Endpoint& server) {
  load::LaneOpener::Sources sources(1);
  if (server.address_string() != "127.0.0.1") {
    return sources;
  }
  for (std::uint8_t last = 2; last <= kLastSource; ++last) {
    const Endpoint source = Endpoint::ip(Endpoint::Family::kIpv4, {127, 0, 0, last}, 0);
    if (!socket::listen(source, 1)) {
      break;
    }
    sources.emplace_back(source);
  }
  return sources;
}

}  // namespace

ConnectionOpener::ConnectionOpener(EventLoop& loop, const Endpoint& server, Duration timeout,
                                   OnOpened on_opened, OnFailed on_failed)
    : on_opened_(std::move(on_opened)),
      on_failed_(std::move(on_failed)),
      lanes_(loop, server, sources_for(server), timeout,
             [this](std::uint32_t /*source*/, TimePoint began, Result<OwnedFd> socket) {
               if (socket) {
                 on_opened_(std::move(*socket), began);
               } else {
                 on_failed_(socket.error());
               }
             }) {}

void ConnectionOpener::open(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    lanes_.open(static_cast<std::uint32_t>(begun_++ / kConnectionsPerSource));
  }
}

}  // namespace halo::bench
