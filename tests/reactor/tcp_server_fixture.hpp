#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/tcp_server.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo::test {

/// A server on the loops of a pool, and clients on the test's own thread.
class TcpServerFixture : public testing::TestWithParam<PollerKind> {
 protected:
  TcpServerFixture() { options_.connection.linger_timeout = std::chrono::milliseconds(50); }

  void start(std::size_t loops, HandlerFactory factory,
             const Endpoint& at = Endpoint::loopback_v4(0));
  /// A server that sends back what arrives.
  void start_echo(std::size_t loops, const Endpoint& at = Endpoint::loopback_v4(0));

  OwnedFd connect() { return connect_to(server_->local_endpoint()); }

  TcpServerOptions options_;
  std::unique_ptr<LoopPool> loops_;
  std::unique_ptr<TcpServer> server_;  // goes first
};

/// Reads until `size` bytes are there, or the end or an error was seen.
Received read_at_least(int fd, std::size_t size);
/// Reads until the end of the stream, or an error.
Received read_to_end(int fd);

}  // namespace halo::test
