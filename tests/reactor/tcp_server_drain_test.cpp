// How a server ends: drain_and_stop.

#include <chrono>
#include <latch>
#include <thread>

#include "reactor/error.hpp"
#include "reactor/socket.hpp"
#include "tests/reactor/tcp_server_fixture.hpp"

namespace halo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::read_at_least;
using test::read_to_end;

// Takes a request, pauses, and answers it `delay` later, as one does that waits for a worker.
class SlowHandler final : public ConnectionHandler {
 public:
  struct Seen {
    std::atomic<int> requests{0};
    std::atomic<int> cut{0};
  };

  SlowHandler(Duration delay, Seen* seen) : delay_(delay), seen_(seen) {}

  std::size_t on_data(Connection& connection, std::span<const std::byte>) override {
    ++seen_->requests;
    connection.pause_reading();
    if (delay_ > Duration::zero()) {
      EventLoop& loop = connection.loop();
      loop.run_after(delay_, [&loop, id = connection.id()] {
        if (Connection* const later = Connection::find(loop, id)) {
          later->send("!");
          later->resume_reading();
        }
      });
    }
    return 1;
  }

  void on_close(Connection&, std::error_code why) override {
    seen_->cut += why == Errc::kGraceOver ? 1 : 0;
  }

 private:
  const Duration delay_;  // zero: never
  Seen* const seen_;
};

class TcpServerDrain : public test::TcpServerFixture {
 protected:
  void start_slow(std::size_t loops, Duration delay) {
    start(loops, [this, delay](EventLoop&, const Endpoint&) {
      return std::make_unique<SlowHandler>(delay, &seen_);
    });
  }

  SlowHandler::Seen seen_;  // outlives the server
  ~TcpServerDrain() override { server_.reset(); }
};

HALO_IN_EVERY_ACCEPT_MODE(TcpServerDrain);

TEST_P(TcpServerDrain, AnswersWhatHasArrivedAndEndsInOrder) {
  start_echo(3);
  std::vector<OwnedFd> clients;
  const std::string sent = test::pattern(10'000);
  for (int i = 0; i < 20; ++i) {
    clients.push_back(connect());
    if (i % 2 == 0) {
      test::write_all(clients.back().get(), sent);
    }
  }
  // Accepted or still in the backlog: all of them count.
  EXPECT_EQ(server_->drain_and_stop(seconds(20)), 0U);
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_EQ(server_->counters().accepted, 20U);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const test::Received received = read_to_end(clients[i].get());
    EXPECT_TRUE(received.ended) << "errno " << received.error;
    EXPECT_TRUE(received.bytes == (i % 2 == 0 ? sent : "")) << received.bytes.size();
  }
}

TEST_P(TcpServerDrain, AnswersRequestsThatAreAtWorkAndThoseBehindThem) {
  start_slow(2, milliseconds(5));
  const OwnedFd client = connect();
  test::write_all(client.get(), "123");
  ASSERT_TRUE(test::wait_until([&] { return seen_.requests > 0; }));
  EXPECT_EQ(server_->drain_and_stop(seconds(20)), 0U);
  EXPECT_EQ(read_to_end(client.get()).bytes, "!!!");
}

TEST_P(TcpServerDrain, CutsWhatIsLeftAfterTheGraceAndSaysHowMany) {
  start_slow(3, Duration::zero());
  std::vector<OwnedFd> clients;
  for (int i = 0; i < 7; ++i) {
    clients.push_back(connect());
    test::write_all(clients.back().get(), "?");
  }
  ASSERT_TRUE(test::wait_until([&] { return seen_.requests == 7; }));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(server_->drain_and_stop(milliseconds(30)), 7U);
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(30));
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_EQ(seen_.cut, 7);
  for (const OwnedFd& client : clients) {
    EXPECT_EQ(read_to_end(client.get()).error, ECONNRESET);
  }
}

TEST_P(TcpServerDrain, PeerThatOnlyHoldsItsEndOpenIsNotCountedAsCut) {
  options_.connection.linger_timeout = std::chrono::hours(1);
  start_echo(1);
  const OwnedFd client = connect();
  test::write_all(client.get(), "x");
  EXPECT_EQ(read_at_least(client.get(), 1).bytes, "x");
  EXPECT_EQ(server_->drain_and_stop(milliseconds(30)), 0U) << "it was answered whole";
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_P(TcpServerDrain, WithoutAGraceItCutsAtOnce) {
  start_slow(1, Duration::zero());
  const OwnedFd client = connect();
  test::write_all(client.get(), "?");
  ASSERT_TRUE(test::wait_until([&] { return seen_.requests == 1; }));
  EXPECT_EQ(server_->drain_and_stop(Duration::zero()), 1U);
}

TEST_P(TcpServerDrain, GraceWithoutEndWaitsForTheLastAnswer) {
  start_slow(1, milliseconds(20));
  const OwnedFd client = connect();
  test::write_all(client.get(), "?");
  ASSERT_TRUE(test::wait_until([&] { return seen_.requests == 1; }));
  EXPECT_EQ(server_->drain_and_stop(Duration::max()), 0U);
  EXPECT_EQ(read_to_end(client.get()).bytes, "!");
}

TEST_P(TcpServerDrain, NewConnectionsAreRefusedAfterwards) {
  start_echo(2);
  const Endpoint at = server_->local_endpoint();
  EXPECT_EQ(server_->drain_and_stop(seconds(20)), 0U);
  const Result<OwnedFd> late = socket::start_connect(at);
  if (late.has_value()) {
    EXPECT_EQ(socket::finish_connect(late->get()), std::errc::connection_refused);
  }
  EXPECT_EQ(server_->drain_and_stop(seconds(20)), 0U) << "again: nothing";
}

TEST_P(TcpServerDrain, PeerThatSendsForEverDoesNotHoldTheServer) {
  start_echo(1);
  std::atomic<bool> stop{false};
  std::latch flowing(1);
  std::thread client([&] {
    const OwnedFd fd = connect();
    std::string received;
    bool counted = false;
    while (!stop) {
      (void)test::write_available(fd.get(), std::string(50'000, 'x'));
      if (test::read_into(fd.get(), received) || received.size() > 1'000'000) {
        received.clear();
      }
      if (!counted && !received.empty()) {
        counted = true;
        flowing.count_down();
      }
    }
  });
  flowing.wait();
  EXPECT_LE(server_->drain_and_stop(milliseconds(100)), 1U);
  EXPECT_EQ(server_->connections(), 0U);
  stop = true;
  client.join();
}

}  // namespace
}  // namespace halo
