// hello-plain-udp: hello over datagrams, one system call in and one out for each: whom hello-bench
// compares hello-udp with.

#include <cstddef>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>

#include "bench/bare_server.hpp"
#include "bench/plain_udp/datagram_server.hpp"
#include "reactor/internal/udp_open.hpp"
#include "reactor/socket.hpp"

namespace {

// As hello-udp's: a burst of a whole window must find room in either.
constexpr std::size_t kReceiveBufferBytes = std::size_t{1} << 20;

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
  CLI::App app(
      "Answers each datagram X with 'Hello, X!' from one thread that receives and sends one at a\n"
      "time: the plain way. hello-bench shows every other datagram server beside it.\n"
      "It answers other servers, too, for ever: keep it on 127.0.0.1.",
      "hello-plain-udp");
  return halo::bench::run_bare_server(
      app, argc, argv,
      {.kind = "blocking, 1 thread", .open = open_socket, .serve = [](halo::OwnedFd socket) {
         halo::bench::DatagramServer(std::move(socket)).run();
       }});
}
