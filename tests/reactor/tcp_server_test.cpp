#include "reactor/tcp_server.hpp"

#include <cerrno>
#include <mutex>
#include <set>
#include <thread>

#include "reactor/socket.hpp"
#include "tests/reactor/echo_handler.hpp"
#include "tests/reactor/tcp_server_fixture.hpp"
#include "tests/support/descriptors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace halo {
namespace {

using test::EchoHandler;
using test::read_at_least;
using test::read_to_end;

class TcpServerTest : public test::TcpServerFixture {
 protected:
  void expect_echo(const OwnedFd& client) {
    test::write_all(client.get(), "hello");
    EXPECT_EQ(read_at_least(client.get(), 5).bytes, "hello");
  }
  // A connection that the server closes without a word.
  void expect_refused(const OwnedFd& client) {
    const test::Received received = read_to_end(client.get());
    EXPECT_EQ(received.bytes, "");
    EXPECT_TRUE(received.ended || received.error == ECONNRESET);
  }
};

HALO_IN_EVERY_ACCEPT_MODE(TcpServerTest);

TEST_P(TcpServerTest, ServesIpv4Ipv6AndUnixOnOneLoopAndOnMany) {
  const test::TemporaryFolder folder;
  for (const std::size_t loops : {1U, 3U}) {
    for (const Endpoint& at : {Endpoint::loopback_v4(0), Endpoint::loopback_v6(0),
                               Endpoint::unix_path(folder.path() + "/socket")}) {
      const bool spread = socket::balances_groups(at);
      options_.accept = spread ? GetParam().accept : AcceptMode::kBest;
      start_echo(loops, at);
      EXPECT_EQ(server_->local_endpoint().family(), at.family());
      std::vector<OwnedFd> clients;
      for (int i = 0; i < 10; ++i) {
        clients.push_back(connect());
      }
      for (const OwnedFd& client : clients) {
        expect_echo(client);
      }
      EXPECT_EQ(server_->connections(), 10U);
      EXPECT_EQ(server_->counters().accepted, 10U);
      EXPECT_EQ(server_->counters().refused, 0U);
      server_.reset();
    }
  }
}

TEST_P(TcpServerTest, FactoryIsToldLoopAndPeer) {
  std::mutex mutex;
  std::set<std::string> peers;
  bool on_its_thread = true;
  start(2, [&](EventLoop& loop, const Endpoint& peer) {
    const std::lock_guard lock(mutex);
    on_its_thread = on_its_thread && loop.in_loop_thread();
    peers.insert(peer.to_string());
    return std::make_unique<EchoHandler>();
  });
  std::vector<OwnedFd> clients;
  std::set<std::string> expected;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(connect());
    expected.insert(test::local_endpoint_of(clients.back().get()).to_string());
    expect_echo(clients.back());
  }
  const std::lock_guard lock(mutex);
  EXPECT_TRUE(on_its_thread);
  EXPECT_EQ(peers, expected);
}

TEST_P(TcpServerTest, FactoryMayRefuse) {
  start(1, [](EventLoop&, const Endpoint&) { return nullptr; });
  expect_refused(connect());
  EXPECT_TRUE(test::wait_until([&] { return server_->connections() == 0; }));
  EXPECT_EQ(server_->counters().accepted, 0U);
  EXPECT_EQ(server_->counters().refused, 1U);
}

TEST_P(TcpServerTest, ConnectionsOverTheMaximumAreClosedAndTheirPlaceIsGivenBack) {
  options_.connections_max = 2;
  start_echo(3);
  OwnedFd first = connect();
  expect_echo(first);
  const OwnedFd second = connect();
  expect_echo(second);
  expect_refused(connect());
  EXPECT_EQ(server_->connections(), 2U);
  EXPECT_EQ(server_->counters().refused, 1U);
  first.reset();
  ASSERT_TRUE(test::wait_until([&] { return server_->connections() == 1; }));
  expect_echo(connect());
}

TEST_P(TcpServerTest, ConnectionsOfOneAddressAreBounded) {
  options_.connections_per_address_max = 2;
  start_echo(2);
  OwnedFd first = connect();
  expect_echo(first);
  const OwnedFd second = connect();
  expect_echo(second);
  expect_refused(connect());
  expect_refused(connect());

  const Endpoint elsewhere = Endpoint::parse("127.0.0.9:0").value();
  const Result<OwnedFd> other = socket::start_connect(server_->local_endpoint(), &elsewhere);
  if (other.has_value()) {  // where 127.0.0.9 is a loopback address
    ASSERT_TRUE(test::wait_until([&] { return !socket::finish_connect(other->get()); }));
    expect_echo(*other);
  }

  const std::size_t open = server_->connections();
  first.reset();
  ASSERT_TRUE(test::wait_until([&] { return server_->connections() == open - 1; }));
  expect_echo(connect());
}

TEST_P(TcpServerTest, RefusalByTheFactoryGivesThePlaceOfTheAddressBack) {
  options_.connections_per_address_max = 1;
  std::atomic<bool> refuse{true};
  start(1, [&refuse](EventLoop&, const Endpoint&) {
    return refuse ? nullptr : std::make_unique<EchoHandler>();
  });
  expect_refused(connect());
  expect_refused(connect());
  ASSERT_TRUE(test::wait_until([&] { return server_->connections() == 0; }));
  refuse = false;
  expect_echo(connect());
}

TEST_P(TcpServerTest, PortInUseIsAnError) {
  start_echo(2);
  const auto factory = [](EventLoop&, const Endpoint&) { return std::make_unique<EchoHandler>(); };
  for (const std::size_t loops : {1U, 2U}) {
    const auto pool = make_pool(loops);
    EXPECT_EQ(TcpServer::listen(*pool, server_->local_endpoint(), factory, options_).error(),
              std::errc::address_in_use);
  }
  expect_echo(connect());
}

TEST_P(TcpServerTest, LackOfDescriptorsForTheListenersIsAnError) {
  const auto pool = make_pool(3);
  const std::size_t listeners = GetParam().accept == AcceptMode::kHandoff ? 1 : 3;
  test::DescriptorShortage shortage(listeners - 1);
  EXPECT_EQ(TcpServer::listen(
                *pool, Endpoint::loopback_v4(0),
                [](EventLoop&, const Endpoint&) { return nullptr; }, options_)
                .error(),
            std::errc::too_many_files_open);
}

TEST_P(TcpServerTest, TwoServersShareAPool) {
  start_echo(2);
  const auto second =
      TcpServer::listen(
          *loops_, Endpoint::loopback_v4(0),
          [](EventLoop&, const Endpoint&) { return std::make_unique<EchoHandler>(); }, options_)
          .value();
  expect_echo(connect());
  expect_echo(test::connect_to(second->local_endpoint()));
}

TEST_P(TcpServerTest, DestructionResetsWhatIsOpenAndTellsEachHandler) {
  struct Counting final : ConnectionHandler {
    std::atomic<int>* open;
    explicit Counting(std::atomic<int>* counter) : open(counter) { ++*open; }
    std::size_t on_data(Connection&, std::span<const std::byte> unread) override {
      return unread.size();
    }
    void on_close(Connection&, std::error_code) override { --*open; }
  };
  std::atomic<int> open{0};
  start(3, [&open](EventLoop&, const Endpoint&) { return std::make_unique<Counting>(&open); });
  std::vector<OwnedFd> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(connect());
  }
  ASSERT_TRUE(test::wait_until([&] { return server_->counters().accepted == 20; }));
  EXPECT_EQ(open, 20);
  server_.reset();
  EXPECT_EQ(open, 0);
  for (const OwnedFd& client : clients) {
    expect_refused(client);
  }
}

TEST_P(TcpServerTest, MayGoAfterItsLoopsHaveStopped) {
  start_echo(2);
  const OwnedFd client = connect();
  expect_echo(client);
  loops_->stop();
  server_.reset();
  expect_refused(client);
}

TEST_P(TcpServerTest, EverythingIsGivenBack) {
  const std::size_t before = test::open_descriptors();
  for (int round = 0; round < 5; ++round) {
    start_echo(2);
    const OwnedFd client = connect();
    expect_echo(client);
    server_.reset();
    loops_.reset();
  }
  EXPECT_EQ(test::open_descriptors(), before);
}

TEST_P(TcpServerTest, ShortageOfDescriptorsIsCountedAndSurvived) {
  std::atomic<int> lines{0};
  options_.log = [&lines](LogLevel, std::string_view) { ++lines; };
  start_echo(2);
  std::vector<OwnedFd> clients;
  clients.push_back(connect());
  expect_echo(clients.front());
  {
    // One descriptor for the client's end, none for the server's.
    test::DescriptorShortage shortage(1);
    clients.push_back(connect());
    ASSERT_TRUE(test::wait_until([&] { return server_->counters().accept_pauses > 0; }));
    expect_echo(clients.front());
  }
  expect_echo(clients.back());
  EXPECT_GE(lines, 1);
}

TEST_P(TcpServerTest, ManyClientsComeAndGoOnSeveralLoops) {
  start_echo(3);
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < 60; ++i) {
        OwnedFd client = connect();
        const std::string sent = test::pattern(static_cast<std::size_t>(i) * 50);
        test::write_all(client.get(), sent);
        EXPECT_EQ(read_at_least(client.get(), sent.size()).bytes, sent);
        if (i % 2 == 0) {
          test::reset(std::move(client));
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_TRUE(test::wait_until([&] { return server_->connections() == 0; }));
  EXPECT_EQ(server_->counters().accepted, 180U);
}

}  // namespace
}  // namespace halo
