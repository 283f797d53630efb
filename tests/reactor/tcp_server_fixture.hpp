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

/// How a server runs that a test is about.
struct ServerCase {
  PollerKind poller;
  AcceptMode accept;
};

/// Every poller of this system, with each accept mode that it has, or with the one given.
std::vector<ServerCase> server_cases();
std::vector<ServerCase> server_cases(AcceptMode accept);
/// "epoll_handoff", for the names of parameterised tests.
std::string server_case_name(const testing::TestParamInfo<ServerCase>& info);

/// A server on the loops of a pool, and clients on the test's own thread.
class TcpServerFixture : public testing::TestWithParam<ServerCase> {
 protected:
  TcpServerFixture() {
    options_.accept = GetParam().accept;
    options_.connection.linger_timeout = std::chrono::milliseconds(50);
  }

  static std::unique_ptr<LoopPool> make_pool(std::size_t loops) {
    return LoopPool::create(loops, GetParam().poller).value();
  }
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

/// Runs the cases of `fixture`, a TcpServerFixture, in each way: "fixture.Case/epoll_handoff".
#define HALO_IN_EVERY_ACCEPT_MODE(fixture)                                             \
  INSTANTIATE_TEST_SUITE_P(, fixture, testing::ValuesIn(::halo::test::server_cases()), \
                           ::halo::test::server_case_name)
