// hello-plain-udp: hello over datagrams, one system call in and one out for each: whom hello-bench
// compares hello-udp with.

#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/plain_udp/datagram_server.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/internal/udp_open.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/socket.hpp"
#include "servers/command_line.hpp"
#include "servers/process.hpp"

namespace {

// As hello-udp's: a burst of a whole window must find room in either.
constexpr std::size_t kReceiveBufferBytes = std::size_t{1} << 20;

extern "C" void end_process(int) { ::_exit(0); }  // nothing is buffered, the kernel cleans up

/// A blocking socket on `at`.
halo::Result<halo::OwnedFd> open_socket(const halo::Endpoint& at) {
  halo::Result<halo::OwnedFd> socket =
      halo::open_udp(at, {.receive_buffer_bytes = kReceiveBufferBytes});
  if (socket) {
    if (const std::error_code error = halo::socket::set_blocking(socket->get(), true)) {
      return error;
    }
  }
  return socket;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string program = "hello-plain-udp";
  std::string host = "127.0.0.1";
  std::uint16_t port = 9999;
  CLI::App app(
      "Answers each datagram X with 'Hello, X!' from one thread that receives and sends one at a\n"
      "time: the plain way. hello-bench shows every other datagram server beside it.\n"
      "It answers other servers, too, for ever: keep it on 127.0.0.1.",
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
  halo::Result<halo::OwnedFd> socket = open_socket(*at);
  if (!socket) {
    halo::command_line::report(program, "cannot listen on " + at->to_string(),
                               socket.error().message(), "another --port; 0 takes a free one");
    return halo::command_line::kFailure;
  }
  const halo::Result<halo::Endpoint> local = halo::socket::local_endpoint(socket->get());
  if (!local) {
    halo::command_line::report(program, "no address", local.error().message(), "");
    return halo::command_line::kFailure;
  }
  std::signal(SIGTERM, end_process);
  std::signal(SIGINT, end_process);

  halo::bench::DatagramServer server(std::move(*socket));
  fmt::print("hello-plain-udp listening on {} (blocking, 1 thread)\n", local->to_string());
  std::fflush(stdout);
  server.run();
}
