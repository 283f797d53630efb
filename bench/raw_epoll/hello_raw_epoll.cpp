// hello-raw-epoll: the hello line protocol, or HTTP's answers to it, on bare epoll: the ceiling
// that hello-bench compares with.

#include <memory>
#include <utility>

#include <CLI/CLI.hpp>

#include "bench/bare_server.hpp"
#include "bench/raw_epoll/epoll_server.hpp"
#include "bench/raw_epoll/http_protocol.hpp"
#include "bench/raw_epoll/line_protocol.hpp"
#include "reactor/socket.hpp"

namespace {

constexpr int kBacklog = 4096;

halo::Result<halo::OwnedFd> open_listener(const halo::Endpoint& at) {
  halo::Result<halo::OwnedFd> listener = halo::socket::listen(at, kBacklog);
  if (listener) {
    (void)halo::socket::set_no_delay(listener->get());  // accepted sockets inherit it on Linux
  }
  return listener;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace halo::bench;
  CLI::App app(
      "Answers each line X with 'Hello, X!' from one thread on bare epoll: the least that such a\n"
      "server can cost. hello-bench shows every other server beside it.",
      "hello-raw-epoll");
  bool http = false;
  app.add_flag("--http", http,
               "Answer each empty line, whatever stands before it, with the same HTTP answer to "
               "GET /hello/Bond");
  return run_bare_server(
      app, argc, argv,
      {.kind = "raw epoll, 1 thread",
       .open = open_listener,
       .serve = [&http](halo::OwnedFd listener) {
         const auto protocol = http ? std::unique_ptr<RawProtocol>(std::make_unique<HttpProtocol>())
                                    : std::make_unique<LineProtocol>();
         EpollServer(std::move(listener), *protocol).run();
       }});
}
