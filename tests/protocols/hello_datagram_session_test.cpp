#include <unistd.h>

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/hello/datagram_session.hpp"
#include "tests/support/datagrams.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo::hello {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DatagramSessionTest : public test::OnEveryPoller {
 protected:
  struct Server {
    DatagramSession session;
    std::unique_ptr<UdpSocket> socket;

    Server(EventLoop& loop, LoopGuard guard, const Endpoint& at = Endpoint::loopback_v4(0))
        : session(guard), socket(UdpSocket::bind(loop, at, session).value()) {}
    Endpoint at() const { return socket->local_endpoint(); }
    std::uint64_t received() const { return socket->tallies().received.value(); }
    std::uint64_t sent() const { return socket->tallies().sent.value(); }
  };

  testing::AssertionResult until_received(const Server& server, std::uint64_t count) {
    return test::run_until(*loop_, [&] { return server.received() >= count; });
  }
};
HALO_ON_EVERY_POLLER(DatagramSessionTest);

TEST_P(DatagramSessionTest, GreetsEachDatagram) {
  Server server(*loop_, LoopGuard::kOn);
  const OwnedFd client = test::datagram_client(server.at());
  const std::string longest(65'499, 'x');
  for (const std::string& name : {std::string("Bond"), std::string(), longest}) {
    test::send_datagram(client.get(), name);
  }
  ASSERT_TRUE(until_received(server, 3));
  EXPECT_THAT(test::receive_datagrams(client.get()),
              ElementsAre("Hello, Bond!", "Hello, !", "Hello, " + longest + "!"));
  EXPECT_EQ(server.session.judged(DatagramVerdict::kAnswer), 3U);
}

TEST_P(DatagramSessionTest, AnswerThatWouldNotFitIsCountedAndNotSent) {
  Server server(*loop_, LoopGuard::kOn);
  const OwnedFd client = test::datagram_client(server.at());
  test::send_datagram(client.get(), std::string(65'500, 'x'));
  ASSERT_TRUE(until_received(server, 1));
  EXPECT_THAT(test::receive_datagrams(client.get()), IsEmpty());
  EXPECT_EQ(server.session.judged(DatagramVerdict::kAnswerTooLong), 1U);
}

/// One datagram whose source address is forged: here `from` sends it by a duplicate of its socket.
void send_forged(const UdpSocket& from, std::string_view bytes, const Endpoint& to) {
  const OwnedFd twin(::dup(from.native_handle()));
  test::send_datagram(twin.get(), bytes, to);
}

TEST_P(DatagramSessionTest, TwoServersDoNotKeepEachOtherBusy) {
  Server a(*loop_, LoopGuard::kOn);
  Server b(*loop_, LoopGuard::kOn);
  send_forged(*a.socket, "Bond", b.at());
  ASSERT_TRUE(until_received(a, 1));  // b's answer, which a does not answer
  test::run_while_busy(*loop_);
  EXPECT_EQ(a.received() + b.received(), 2U);
  EXPECT_EQ(a.sent(), 0U);
  EXPECT_EQ(b.sent(), 1U);
  EXPECT_EQ(a.session.judged(DatagramVerdict::kAnswerForm), 1U);
}

TEST_P(DatagramSessionTest, TwoServersWithoutTheGuardDo) {
  Server a(*loop_, LoopGuard::kOff);
  Server b(*loop_, LoopGuard::kOff);
  send_forged(*a.socket, "Bond", b.at());
  ASSERT_TRUE(until_received(a, 100));
}

TEST_P(DatagramSessionTest, ServerDoesNotTalkToItself) {
  for (const char* address : {"127.0.0.1", "0.0.0.0"}) {
    Server server(*loop_, LoopGuard::kOn, Endpoint::parse(address, 0).value());
    const Endpoint itself = Endpoint::loopback_v4(server.at().port());
    send_forged(*server.socket, "Bond", itself);
    ASSERT_TRUE(until_received(server, 1));
    test::run_while_busy(*loop_);
    EXPECT_EQ(server.received(), 1U);
    EXPECT_EQ(server.session.judged(DatagramVerdict::kOwnAddress), 1U);
  }
}

}  // namespace
}  // namespace halo::hello
