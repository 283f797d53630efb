#include "tools/datagram_client.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/hello/datagram_session.hpp"
#include "reactor/udp_socket.hpp"
#include "tests/support/datagrams.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

using namespace std::chrono_literals;
using hello::DatagramVerdict;
using testing::HasSubstr;
using testing::StartsWith;

/// What a host with several addresses means. The servers share the client's loop.
class SeveralServers : public testing::TestWithParam<PollerKind> {
 protected:
  struct Server {
    hello::DatagramSession session{hello::LoopGuard::kOn};
    std::unique_ptr<UdpSocket> socket;

    std::uint64_t answered() const { return session.judged(DatagramVerdict::kAnswer); }
  };

  std::unique_ptr<Server> serve() {
    auto server = std::make_unique<Server>();
    auto socket = UdpSocket::bind(*loop_, Endpoint::loopback_v4(0), server->session);
    EXPECT_TRUE(socket);
    server->socket = std::move(*socket);
    return server;
  }

  ClientOutcome ask(std::vector<Endpoint> servers, std::vector<std::string> list) {
    NameSource names(*loop_, std::move(list));
    DatagramClient client(*loop_, std::move(servers), names, {.timeout = timeout_, .retries = 1});
    testing::internal::CaptureStdout();
    ClientOutcome outcome = client.run();
    printed_ = testing::internal::GetCapturedStdout();
    return outcome;
  }

  std::unique_ptr<EventLoop> loop_ = test::make_loop(GetParam());
  Duration timeout_ = test::kPatience;  // nothing of what should come at once waits for it
  std::string printed_;
};

TEST_P(SeveralServers, OnlyTheFirstIsAskedWhenItAnswers) {
  const auto first = serve();
  const auto second = serve();
  const ClientOutcome outcome =
      ask({first->socket->local_endpoint(), second->socket->local_endpoint()}, {"a", "b"});
  EXPECT_EQ(outcome.why, "");
  EXPECT_EQ(printed_, "Hello, a!\nHello, b!\n");
  EXPECT_EQ(first->answered(), 2U);
  EXPECT_EQ(second->answered(), 0U);
}

TEST_P(SeveralServers, TheNextIsAskedAllThatTheFirstRefuses) {
  const auto second = serve();
  const ClientOutcome outcome =
      ask({test::closed_datagram_port(), second->socket->local_endpoint()}, {"a", "b", "a"});
  EXPECT_EQ(outcome.why, "");
  EXPECT_EQ(outcome.names, 3U);
  EXPECT_EQ(outcome.answers, 3U);
  EXPECT_EQ(printed_, "Hello, a!\nHello, b!\nHello, a!\n");
}

TEST_P(SeveralServers, TheNextIsAskedWhenTheFirstSaysNothing) {
  const OwnedFd silent = test::datagram_socket();
  const auto second = serve();
  timeout_ = 100ms;
  const ClientOutcome outcome =
      ask({test::local_endpoint_of(silent.get()), second->socket->local_endpoint()}, {"a", "b"});
  EXPECT_EQ(outcome.why, "");
  EXPECT_EQ(printed_, "Hello, a!\nHello, b!\n");
  EXPECT_EQ(test::receive_datagrams(silent.get()).size(), 4U);  // two names, two tries
}

TEST_P(SeveralServers, TheNextIsAskedWhenTheFirstCannotBeReached) {
  // A broadcast address needs SO_BROADCAST: EACCES at once, see connect(2).
  const Result<Endpoint> nowhere = Endpoint::parse("255.255.255.255", 9);
  ASSERT_TRUE(nowhere);
  const auto second = serve();
  const ClientOutcome outcome = ask({*nowhere, second->socket->local_endpoint()}, {"a"});
  EXPECT_EQ(outcome.why, "");
  EXPECT_EQ(printed_, "Hello, a!\n");
}

TEST_P(SeveralServers, WhenNoneCanBeReachedTheLoopNeedNotRun) {
  const Result<Endpoint> nowhere = Endpoint::parse("255.255.255.255", 9);
  ASSERT_TRUE(nowhere);
  const ClientOutcome outcome = ask({*nowhere, *nowhere}, {"a", "b"});
  EXPECT_EQ(outcome.names, 1U);
  EXPECT_EQ(outcome.why, "Permission denied; no answer to name 1 'a'");
}

TEST_P(SeveralServers, WhenAllRefuseTheLastOneIsTold) {
  const ClientOutcome outcome =
      ask({test::closed_datagram_port(), test::closed_datagram_port()}, {"a", "b"});
  EXPECT_EQ(printed_, "");
  EXPECT_EQ(outcome.names, 2U);
  EXPECT_EQ(outcome.answers, 0U);
  EXPECT_EQ(outcome.why, "Connection refused; no answer to name 1 'a', name 2 'b'");
  EXPECT_THAT(outcome.fix, StartsWith("start a server"));
}

TEST_P(SeveralServers, OneThatHasAnsweredIsNotLeft) {
  const auto first = serve();
  const auto second = serve();
  timeout_ = 100ms;
  const ClientOutcome outcome =
      ask({first->socket->local_endpoint(), second->socket->local_endpoint()},
          {"a", "Hello, Bond!"});  // which a server does not answer
  EXPECT_THAT(outcome.why, HasSubstr("no answer to name 2 'Hello, Bond!' within 100ms"));
  EXPECT_EQ(printed_, "Hello, a!\n");
  EXPECT_EQ(second->answered(), 0U);
}

TEST_P(SeveralServers, ANameThatFitsNoDatagramIsNotSent) {
  const auto server = serve();
  const ClientOutcome outcome = ask({server->socket->local_endpoint()}, {std::string(65'500, 'x')});
  EXPECT_EQ(outcome.names, 0U);
  EXPECT_THAT(outcome.why, StartsWith("cannot send name 1: "));
}

INSTANTIATE_TEST_SUITE_P(, SeveralServers,
                         testing::ValuesIn(available_pollers().begin(), available_pollers().end()),
                         test::poller_test_name);

}  // namespace
}  // namespace halo
