// One loop accepts and hands the connections to all loops in turn: AcceptMode::kHandoff.

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "reactor/error.hpp"
#include "reactor/socket.hpp"
#include "tests/reactor/echo_handler.hpp"
#include "tests/reactor/tcp_server_fixture.hpp"
#include "tests/support/descriptors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace halo {
namespace {

using std::chrono::seconds;
using test::EchoHandler;
using test::read_at_least;
using test::read_to_end;

// A loop that runs nothing until `release`: what is handed to it stays on its way.
class BlockedLoop {
 public:
  explicit BlockedLoop(EventLoop& loop) {
    std::latch blocked(1);
    loop.post([&blocked, release = release_] {
      blocked.count_down();
      release->wait();
    });
    blocked.wait();
  }
  BlockedLoop(const BlockedLoop&) = delete;
  BlockedLoop& operator=(const BlockedLoop&) = delete;
  ~BlockedLoop() { release(); }

  void release() {
    if (!release_->try_wait()) {
      release_->count_down();
    }
  }

 private:
  // Shared with the task, which may still be about to look at it when the test is done.
  const std::shared_ptr<std::latch> release_ = std::make_shared<std::latch>(1);
};

class TcpServerHandoff : public test::TcpServerFixture {
 protected:
  ~TcpServerHandoff() override { server_.reset(); }

  // Starts an echo server that notes which loop each connection went to, in their order.
  void start_noting(std::size_t loops, const Endpoint& at = Endpoint::loopback_v4(0)) {
    start(
        loops,
        [this](EventLoop& loop, const Endpoint&) {
          const std::lock_guard lock(mutex_);
          taken_by_.push_back(&loop);
          return std::make_unique<EchoHandler>();
        },
        at);
  }
  std::vector<const EventLoop*> taken_by() {
    const std::lock_guard lock(mutex_);
    return taken_by_;
  }

  // A connection that the server has accepted, wherever it is on its way.
  OwnedFd connect_admitted() {
    const std::size_t before = server_->connections();
    OwnedFd client = connect();
    EXPECT_TRUE(test::wait_until([&] { return server_->connections() == before + 1; }));
    return client;
  }
  static void expect_echo(const OwnedFd& client) {
    test::write_all(client.get(), "hello");
    EXPECT_EQ(read_at_least(client.get(), 5).bytes, "hello");
  }
  // A connection that the server ends without a word.
  static void expect_end(const OwnedFd& client) {
    const test::Received received = read_to_end(client.get());
    EXPECT_EQ(received.bytes, "");
    EXPECT_TRUE(received.ended || received.error == ECONNRESET);
  }

  // The first connection is served, the second one has not come to its loop, and no loop runs.
  std::array<OwnedFd, 2> stop_with_one_on_its_way() {
    start_noting(2);
    BlockedLoop blocked(loops_->loop(1));
    std::array<OwnedFd, 2> clients{connect_admitted(), connect_admitted()};
    expect_echo(clients[0]);
    loops_->loop(1).stop();  // so it does nothing more once it is released
    blocked.release();
    loops_->stop();
    EXPECT_EQ(taken_by().size(), 1U);
    return clients;
  }

  std::mutex mutex_;
  std::vector<const EventLoop*> taken_by_;  // guarded by mutex_
};

INSTANTIATE_TEST_SUITE_P(, TcpServerHandoff,
                         testing::ValuesIn(test::server_cases(AcceptMode::kHandoff)),
                         test::server_case_name);

TEST_P(TcpServerHandoff, EachConnectionGoesToTheNextLoop) {
  const test::TemporaryFolder folder;
  for (const Endpoint& at :
       {Endpoint::loopback_v4(0), Endpoint::unix_path(folder.path() + "/socket")}) {
    taken_by_.clear();
    start_noting(3, at);
    std::vector<OwnedFd> clients;
    for (std::size_t i = 0; i < 10; ++i) {
      clients.push_back(connect_admitted());
      ASSERT_TRUE(test::wait_until([&] { return taken_by().size() == i + 1; }));
      EXPECT_EQ(taken_by().back(), &loops_->loop(i % 3)) << "connection " << i;
      expect_echo(clients.back());
    }
    server_.reset();
  }
}

TEST_P(TcpServerHandoff, ConnectionsThatComeAtOnceAreSpreadEvenly) {
  start_noting(3);
  std::vector<OwnedFd> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(connect());
  }
  ASSERT_TRUE(test::wait_until([&] { return server_->counters().accepted == 200; }));
  std::map<const EventLoop*, int> count_of;
  for (const EventLoop* const loop : taken_by()) {
    ++count_of[loop];
  }
  EXPECT_EQ(count_of[&loops_->loop(0)], 67);
  EXPECT_EQ(count_of[&loops_->loop(1)], 67);
  EXPECT_EQ(count_of[&loops_->loop(2)], 66);
}

TEST_P(TcpServerHandoff, RefusedConnectionTakesNoTurn) {
  options_.connections_max = 2;
  start_noting(2);
  const OwnedFd first = connect_admitted();
  OwnedFd second = connect_admitted();
  expect_end(connect());
  second.reset();
  ASSERT_TRUE(test::wait_until([&] { return server_->connections() == 1; }));
  const OwnedFd third = connect_admitted();
  ASSERT_TRUE(test::wait_until([&] { return taken_by().size() == 3; }));
  EXPECT_EQ(taken_by().back(), &loops_->loop(0));
}

TEST_P(TcpServerHandoff, LoopTakesWhatItAcceptsForItselfWithoutAPost) {
  const test::TemporaryFolder folder;
  // A Unix connect has reached the listener when it returns.
  start_noting(1, Endpoint::unix_path(folder.path() + "/socket"));
  BlockedLoop blocked(loops_->loop(0));
  const OwnedFd client = connect();
  std::size_t taken = 0;
  std::latch done(1);
  // Posted before the connection is accepted: a post by the acceptor would come behind it.
  loops_->loop(0).post([&] {
    taken = taken_by().size();
    done.count_down();
  });
  blocked.release();
  done.wait();
  EXPECT_EQ(taken, 1U);
}

TEST_P(TcpServerHandoff, BlockedLoopHoldsUpOnlyItsOwnConnections) {
  start_noting(2);
  BlockedLoop blocked(loops_->loop(1));
  std::vector<OwnedFd> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(connect_admitted());
  }
  for (const std::size_t i : {0U, 2U, 4U}) {
    expect_echo(clients[i]);
  }
  EXPECT_EQ(server_->counters().accepted, 3U);
  blocked.release();
  for (const std::size_t i : {1U, 3U, 5U}) {
    expect_echo(clients[i]);
  }
}

TEST_P(TcpServerHandoff, ConnectionsOnTheirWayCountAgainstTheMaximum) {
  options_.connections_max = 2;
  start_noting(2);
  BlockedLoop blocked(loops_->loop(1));
  const OwnedFd first = connect_admitted();
  const OwnedFd second = connect_admitted();
  expect_end(connect());
  EXPECT_EQ(server_->counters().refused, 1U);
  blocked.release();
  expect_echo(second);
  EXPECT_EQ(server_->counters().accepted, 2U);
}

TEST_P(TcpServerHandoff, ConnectionsOnTheirWayCountForTheirAddress) {
  options_.connections_per_address_max = 2;
  start_noting(2);
  BlockedLoop blocked(loops_->loop(1));
  OwnedFd first = connect_admitted();
  const OwnedFd second = connect_admitted();
  expect_end(connect());
  blocked.release();
  expect_echo(second);
  first.reset();
  ASSERT_TRUE(test::wait_until([&] { return server_->connections() == 1; }));
  expect_echo(connect());
}

TEST_P(TcpServerHandoff, DrainAnswersWhatIsOnItsWay) {
  start_noting(2);
  BlockedLoop blocked(loops_->loop(1));
  std::vector<OwnedFd> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(connect_admitted());
    test::write_all(clients.back().get(), "hello");
  }
  std::size_t cut = SIZE_MAX;
  std::thread drain([&] { cut = server_->drain_and_stop(seconds(20)); });
  EXPECT_EQ(read_to_end(clients[0].get()).bytes, "hello") << "the first loop drains";
  blocked.release();
  drain.join();
  EXPECT_EQ(cut, 0U);
  EXPECT_EQ(server_->counters().accepted, 6U);
  for (std::size_t i = 1; i < clients.size(); ++i) {
    const test::Received received = read_to_end(clients[i].get());
    EXPECT_EQ(received.bytes, "hello");
    EXPECT_TRUE(received.ended) << "errno " << received.error;
  }
}

TEST_P(TcpServerHandoff, DestructionEndsWhatIsOnItsWay) {
  start_noting(2);
  BlockedLoop blocked(loops_->loop(1));
  std::vector<OwnedFd> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(connect_admitted());
  }
  std::thread destruction([&] { server_.reset(); });
  expect_end(clients[0]);  // the first loop's share is gone
  blocked.release();
  destruction.join();
  for (const OwnedFd& client : clients) {
    expect_end(client);
  }
}

TEST_P(TcpServerHandoff, StoppedPoolLosesTrackOfNothingOnItsWayWhenTheServerGoes) {
  const std::size_t before = test::open_descriptors();
  std::array<OwnedFd, 2> clients = stop_with_one_on_its_way();
  server_.reset();
  for (OwnedFd& client : clients) {
    expect_end(client);
    client.reset();
  }
  loops_->loop(1).run_once(Duration::zero());  // its task finds nothing
  EXPECT_EQ(taken_by().size(), 1U);
  loops_.reset();
  EXPECT_EQ(test::open_descriptors(), before);
}

TEST_P(TcpServerHandoff, StoppedPoolCutsWhatIsOnItsWayWhenTheServerDrains) {
  const std::array<OwnedFd, 2> clients = stop_with_one_on_its_way();
  EXPECT_EQ(server_->drain_and_stop(Duration::zero()), 2U);
  EXPECT_EQ(server_->connections(), 0U);
  for (const OwnedFd& client : clients) {
    expect_end(client);
  }
}

TEST_P(TcpServerHandoff, DescriptorsThatRunOutWhileSomeAreOnTheirWayAreSurvived) {
  start_noting(2);
  BlockedLoop blocked(loops_->loop(1));
  std::vector<OwnedFd> clients;
  clients.push_back(connect_admitted());
  clients.push_back(connect_admitted());
  {
    test::DescriptorShortage shortage(1);  // for the client's end, none for the server's
    clients.push_back(connect());
    ASSERT_TRUE(test::wait_until([&] { return server_->counters().accept_pauses > 0; }));
    expect_echo(clients[0]);
  }
  expect_echo(clients[2]);
  blocked.release();
  expect_echo(clients[1]);
}

TEST_P(TcpServerHandoff, HandoffNeedsOneListenerAndBestAsManyAsTheKernelBalances) {
  const test::TemporaryFolder folder;
  const Endpoint unix_path = Endpoint::unix_path(folder.path() + "/socket");
  const Endpoint ip = Endpoint::loopback_v4(0);
  loops_ = make_pool(3);
  const auto listeners = [&](AcceptMode accept, const Endpoint& at) {
    options_.accept = accept;
    const std::size_t before = test::open_descriptors();
    const auto server = TcpServer::listen(
        *loops_, at, [](EventLoop&, const Endpoint&) { return nullptr; }, options_);
    EXPECT_TRUE(server.has_value());
    return test::open_descriptors() - before;
  };
  EXPECT_EQ(listeners(AcceptMode::kHandoff, ip), 1U);
  EXPECT_EQ(listeners(AcceptMode::kBest, ip), socket::balances_groups(ip) ? 3U : 1U);
  EXPECT_EQ(listeners(AcceptMode::kBest, unix_path), 1U);
}

TEST_P(TcpServerHandoff, ReuseportWhereTheKernelDoesNotBalanceIsAnError) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/socket";
  options_.accept = AcceptMode::kReuseport;
  for (const std::size_t loops : {1U, 2U}) {
    const auto pool = make_pool(loops);
    EXPECT_EQ(TcpServer::listen(
                  *pool, Endpoint::unix_path(path),
                  [](EventLoop&, const Endpoint&) { return nullptr; }, options_)
                  .error(),
              Errc::kReuseportUnavailable);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace halo
