// hello-raw-epoll: the hello line protocol on bare epoll, the ceiling that hello-bench compares
// with.

#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/raw_epoll/line_server.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/socket.hpp"
#include "servers/command_line.hpp"
#include "servers/process.hpp"

namespace {

constexpr int kBacklog = 4096;

extern "C" void end_process(int) { ::_exit(0); }  // nothing is buffered, the kernel cleans up

}  // namespace

int main(int argc, char** argv) {
  const std::string program = "hello-raw-epoll";
  std::string host = "127.0.0.1";
  std::uint16_t port = 9999;
  CLI::App app(
      "Answers each line X with 'Hello, X!' from one thread on bare epoll: the least that such a\n"
      "server can cost. hello-bench shows every other server beside it.",
      program);
  app.add_option("--host", host, "Numeric address to listen on")->capture_default_str();
  halo::command_line::add_number<std::uint16_t>(app, "--port", port, 0, UINT16_MAX,
                                                "Port to listen on; 0: any free one");
  if (const std::optional<int> code = halo::command_line::parse(app, argc, argv)) {
    return *code;
  }
  halo::process::prepare();

  const halo::Result<halo::Endpoint> at = halo::Endpoint::parse(host, port);
  if (!at) {
    halo::command_line::report(program, fmt::format("'{}' is not a numeric address", host), "",
                               "--host 127.0.0.1");
    return halo::command_line::kUsage;
  }
  halo::Result<halo::OwnedFd> listener = halo::socket::listen(*at, kBacklog);
  if (!listener) {
    halo::command_line::report(program, "cannot listen on " + at->to_string(),
                               listener.error().message(), "another --port; 0 takes a free one");
    return halo::command_line::kFailure;
  }
  (void)halo::socket::set_no_delay(listener->get());  // accepted sockets inherit it on Linux
  const halo::Result<halo::Endpoint> local = halo::socket::local_endpoint(listener->get());
  if (!local) {
    halo::command_line::report(program, "no address", local.error().message(), "");
    return halo::command_line::kFailure;
  }
  std::signal(SIGTERM, end_process);
  std::signal(SIGINT, end_process);

  halo::bench::LineServer server(std::move(*listener));
  fmt::print("hello-raw-epoll listening on {} (raw epoll, 1 thread)\n", local->to_string());
  std::fflush(stdout);
  server.run();
}
