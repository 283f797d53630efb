// A TCP server that sends back what arrives, in a program of your own: `echo_server [port]`.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "reactor/event_loop.hpp"
#include "reactor/loop_pool.hpp"
#include "reactor/signal_set.hpp"
#include "reactor/tcp_server.hpp"

namespace {

// One for each connection, owned by it.
class Echo final : public halo::ConnectionHandler {
  std::size_t on_data(halo::Connection& connection, std::span<const std::byte> unread) override {
    connection.send(unread);
    return unread.size();  // how many bytes are done with
  }
};

}  // namespace

int main(int argc, char** argv) {
  const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0);
  auto main_loop = halo::EventLoop::create();
  if (!main_loop) {
    std::fprintf(stderr, "no event loop: %s\n", main_loop.error().message().c_str());
    return 1;
  }
  // Two threads, an event loop on each: this one, and one more.
  auto loops = halo::LoopPool::create_around(**main_loop, 1);
  auto stop = halo::SignalSet::create(**main_loop, {SIGINT, SIGTERM},
                                      [&loop = **main_loop](int) { loop.stop(); });
  if (!loops || !stop) {
    std::fprintf(stderr, "cannot start: %s\n",
                 (loops ? stop.error() : loops.error()).message().c_str());
    return 1;
  }

  halo::TcpServerOptions options;
  options.connections_max = 10'000;
  options.connection.idle_timeout = std::chrono::minutes(5);
  auto server = halo::TcpServer::listen(
      **loops, halo::Endpoint::loopback_v4(port),
      [](halo::EventLoop&, const halo::Endpoint&) { return std::make_unique<Echo>(); }, options);
  if (!server) {
    std::fprintf(stderr, "cannot listen: %s\n", server.error().message().c_str());
    return 1;
  }
  std::printf("listening on %s\n", (*server)->local_endpoint().to_string().c_str());
  std::fflush(stdout);

  (*main_loop)->run();  // until SIGINT or SIGTERM
  return (*server)->drain_and_stop(std::chrono::seconds(10)) == 0 ? 0 : 1;
}
