#include "bench/peers/peer_main.hpp"

#include <CLI/CLI.hpp>

#include "bench/bare_server.hpp"
#include "reactor/socket.hpp"

namespace halo::bench {
namespace {

constexpr int kBacklog = 4096;  // as the raw epoll server's

Result<OwnedFd> open_listener(const Endpoint& at) {
  Result<OwnedFd> listener = socket::listen(at, kBacklog);
  if (listener) {
    (void)socket::set_no_delay(listener->get());  // accepted sockets inherit it on Linux
  }
  return listener;
}

}  // namespace

int run_peer(int argc, char** argv, const Peer& peer) {
  CLI::App app("Answers each line X with 'Hello, X!' from one thread on " + peer.name +
                   ": what hello-bench shows beside hello-tcp.",
               "hello-" + peer.name);
  return run_bare_server(app, argc, argv,
                         {.kind = peer.name + " " + peer.version + ", 1 thread",
                          .open = open_listener,
                          .serve = peer.serve});
}

}  // namespace halo::bench
