// A server in a pool around the caller's own loop: one thread less, and a drain that runs the loop.

#include <cerrno>
#include <chrono>
#include <thread>
#include <vector>

#include "reactor/error.hpp"
#include "tests/reactor/echo_handler.hpp"
#include "tests/reactor/tcp_server_fixture.hpp"

namespace halo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TcpServerOwnLoop : public test::TcpServerFixture {
 protected:
  ~TcpServerOwnLoop() override {
    server_.reset();
    loops_.reset();
  }

  template <class Handler>
  void start_around(std::size_t more) {
    loops_ = LoopPool::create_around(*own_, more, GetParam().poller).value();
    server_ = TcpServer::listen(
                  *loops_, Endpoint::loopback_v4(0),
                  [](EventLoop&, const Endpoint&) { return std::make_unique<Handler>(); }, options_)
                  .value();
  }

  const std::unique_ptr<EventLoop> own_ = test::make_loop(GetParam().poller);
};

HALO_IN_EVERY_ACCEPT_MODE(TcpServerOwnLoop);

// Takes everything, says nothing.
class SilentHandler final : public ConnectionHandler {
  std::size_t on_data(Connection& connection, std::span<const std::byte>) override {
    connection.pause_reading();
    return 0;
  }
};

TEST_P(TcpServerOwnLoop, ServesOnTheCallersThreadUntilItIsStopped) {
  start_around<test::EchoHandler>(0);
  std::thread client([this, at = server_->local_endpoint()] {
    const OwnedFd fd = test::connect_to(at);
    test::write_all(fd.get(), "hello");
    EXPECT_EQ(test::read_at_least(fd.get(), 5).bytes, "hello");
    own_->stop();
  });
  own_->run();
  client.join();
  EXPECT_EQ(server_->counters().accepted, 1U);
}

TEST_P(TcpServerOwnLoop, DrainRunsTheLoopAndAnswersWhatHasArrived) {
  for (const std::size_t more : {std::size_t{0}, std::size_t{2}}) {
    start_around<test::EchoHandler>(more);
    std::vector<OwnedFd> clients;
    const std::string sent = test::pattern(10'000);
    for (int i = 0; i < 20; ++i) {
      clients.push_back(connect());
      test::write_all(clients.back().get(), sent);
    }
    EXPECT_EQ(server_->drain_and_stop(seconds(20)), 0U);
    EXPECT_EQ(server_->counters().accepted, 20U);
    for (const OwnedFd& client : clients) {
      EXPECT_EQ(test::read_to_end(client.get()).bytes, sent);
    }
    server_.reset();
  }
}

// The last connection to end is another loop's: its end must wake the caller's.
TEST_P(TcpServerOwnLoop, EndOnAnotherLoopEndsTheWait) {
  options_.connection.linger_timeout = milliseconds(1);  // the clients do not close
  for (int i = 0; i < 20; ++i) {
    start_around<test::EchoHandler>(3);
    std::vector<OwnedFd> clients;
    for (int c = 0; c < 4; ++c) {
      clients.push_back(connect());
    }
    EXPECT_EQ(server_->drain_and_stop(Duration::max()), 0U);
    server_.reset();
  }
}

TEST_P(TcpServerOwnLoop, WhatIsLeftAfterTheGraceIsCut) {
  start_around<SilentHandler>(1);
  std::vector<OwnedFd> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(connect());
    test::write_all(clients.back().get(), "?");
  }
  EXPECT_EQ(server_->drain_and_stop(milliseconds(50)), 4U);
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_P(TcpServerOwnLoop, DestructionWithOpenConnectionsResetsThem) {
  start_around<test::EchoHandler>(1);
  const OwnedFd client = connect();
  test::write_all(client.get(), "x");
  while (server_->counters().accepted == 0) {
    own_->run_once(milliseconds(1));
  }
  server_.reset();
  EXPECT_EQ(test::read_to_end(client.get()).error, ECONNRESET);
}

}  // namespace
}  // namespace halo
