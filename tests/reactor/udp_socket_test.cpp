#include "reactor/udp_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactor/error.hpp"
#include "tests/reactor/udp_fixture.hpp"

namespace halo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class UdpSocketTest : public test::UdpFixture {};
HALO_ON_EVERY_POLLER(UdpSocketTest);

TEST_P(UdpSocketTest, DatagramArrivesWithItsPeerAndIsAnswered) {
  recorder_.on_batch = [this](UdpSocket& socket, std::span<const Datagram> datagrams) {
    for (const Datagram& datagram : datagrams) {
      recorder_.peers.push_back(datagram.peer->endpoint());
      EXPECT_FALSE(datagram.cut);
      EXPECT_FALSE(
          socket.send(*datagram.peer, {test::as_bytes("<"), datagram.bytes, test::as_bytes(">")}));
    }
  };
  bind();
  const OwnedFd client = test::datagram_client(at());
  test::send_datagram(client.get(), "one");
  EXPECT_THAT(answers(client.get(), 1), ElementsAre("<one>"));
  EXPECT_THAT(recorder_.peers, ElementsAre(test::local_endpoint_of(client.get())));
  EXPECT_EQ(udp_->tallies().received.value(), 1U);
  EXPECT_EQ(udp_->tallies().received_bytes.value(), 3U);
  EXPECT_EQ(udp_->tallies().sent.value(), 1U);
  EXPECT_EQ(udp_->tallies().sent_bytes.value(), 5U);
}

TEST_P(UdpSocketTest, EmptyDatagramIsADatagram) {
  recorder_.on_batch = test::echo;
  for (const UdpOptions& way : all_ways()) {
    options_ = way;
    bind();
    const OwnedFd client = test::datagram_client(at());
    for (const char* bytes : {"", "", "x", ""}) {
      test::send_datagram(client.get(), bytes);
    }
    EXPECT_THAT(answers(client.get(), 4), ElementsAre("", "", "x", ""));
  }
}

TEST_P(UdpSocketTest, LongestDatagramPassesAndALongerOneIsRefused) {
  recorder_.on_batch = test::echo;
  bind();
  const OwnedFd client = test::datagram_client(at());
  const std::string longest = test::pattern(kDatagramBytesMax);
  test::send_datagram(client.get(), longest);
  EXPECT_EQ(answers(client.get(), 1), std::vector{longest});
  const std::string longer = test::pattern(kDatagramBytesMax + 1);
  const DatagramPeer peer = DatagramPeer::to(test::local_endpoint_of(client.get())).value();
  EXPECT_EQ(udp_->send(peer, test::as_bytes(longer)), std::errc::message_size);
  EXPECT_EQ(udp_->tallies().dropped_for(SendDrop::kTooLong).value(), 1U);
}

TEST_P(UdpSocketTest, DatagramSentOutsideOfAnEventLeavesAtTheEndOfTheIteration) {
  bind();
  const OwnedFd client = test::datagram_socket();
  const DatagramPeer peer = DatagramPeer::to(test::local_endpoint_of(client.get())).value();
  EXPECT_FALSE(udp_->send(peer, test::as_bytes("news")));
  EXPECT_THAT(test::receive_datagrams(client.get()), IsEmpty());
  loop_->run_once(Duration::zero());
  EXPECT_THAT(test::receive_datagrams(client.get()), ElementsAre("news"));
}

TEST_P(UdpSocketTest, ClosedClientPortHarmsNobody) {
  recorder_.on_batch = test::echo;
  bind();
  for (int i = 0; i < 100; ++i) {
    const OwnedFd gone = test::datagram_client(at());
    test::send_datagram(gone.get(), "gone");
  }
  ASSERT_TRUE(until_received(100));
  const OwnedFd client = test::datagram_client(at());
  test::send_datagram(client.get(), "here");
  EXPECT_THAT(answers(client.get(), 1), ElementsAre("here"));
}

TEST_P(UdpSocketTest, ConnectedSocketHearsThatNobodyIsThereAndGoesOn) {
  const Endpoint nobody = test::closed_datagram_port();
  udp_ = UdpSocket::connect(*loop_, nobody, recorder_, options_).value();
  for (std::size_t heard = 1; heard < 4; ++heard) {
    EXPECT_FALSE(udp_->send(udp_->connected_peer(), test::as_bytes("hello?")));
    ASSERT_TRUE(until([&] { return recorder_.receive_errors.size() >= heard; }));
    EXPECT_EQ(recorder_.receive_errors.back(), std::errc::connection_refused);
  }
  EXPECT_EQ(loop_->run_once(Duration::zero()), 0U) << "an error is taken once";
  const OwnedFd peer = test::datagram_socket(nobody);
  EXPECT_FALSE(udp_->send(udp_->connected_peer(), test::as_bytes("hello!")));
  EXPECT_THAT(answers(peer.get(), 1), ElementsAre("hello!"));
}

TEST_P(UdpSocketTest, PendingErrorDoesNotCostTheNextDatagram) {
  const Endpoint nobody = test::closed_datagram_port();
  udp_ = UdpSocket::connect(*loop_, nobody, recorder_, options_).value();
  EXPECT_FALSE(udp_->send(udp_->connected_peer(), test::as_bytes("lost")));
  // Not by an iteration, which could read the error before the next datagram meets it.
  IoHandler& handler = *loop_->find_handler(Token{0, 1});
  handler.on_flush();
  const OwnedFd peer = test::datagram_socket(nobody);
  EXPECT_FALSE(udp_->send(udp_->connected_peer(), test::as_bytes("kept")));
  handler.on_flush();
  EXPECT_THAT(test::receive_datagrams(peer.get()), ElementsAre("kept"));
  EXPECT_THAT(recorder_.receive_errors, ElementsAre(std::errc::connection_refused));
  EXPECT_EQ(udp_->tallies().sent.value(), 2U);
}

TEST_P(UdpSocketTest, ConnectedSocketTakesNothingFromOthers) {
  const OwnedFd peer = test::datagram_socket();
  udp_ = UdpSocket::connect(*loop_, test::local_endpoint_of(peer.get()), recorder_).value();
  const OwnedFd other = test::datagram_client(at());
  test::send_datagram(other.get(), "other");
  test::send_datagram(peer.get(), "peer", at());
  ASSERT_TRUE(until_received(1));
  test::run_while_busy(*loop_);
  EXPECT_THAT(recorder_.received, ElementsAre("peer"));
}

TEST_P(UdpSocketTest, HandlerMayCloseTheSocket) {
  recorder_.on_batch = [](UdpSocket& socket, std::span<const Datagram> datagrams) {
    test::echo(socket, datagrams);
    socket.close();
    EXPECT_EQ(socket.send(*datagrams.front().peer, datagrams.front().bytes),
              std::errc::bad_file_descriptor);
  };
  bind();
  const OwnedFd client = test::datagram_client(at());
  test::send_datagram(client.get(), "last");
  ASSERT_TRUE(until([&] { return udp_->closed(); }));
  test::run_while_busy(*loop_);
  EXPECT_EQ(udp_->tallies().sent.value(), 0U);
  udp_->close();
}

TEST_P(UdpSocketTest, ExceptionOutOfTheHandlerLosesNoAnswerThatWasGiven) {
  recorder_.on_batch = [](UdpSocket& socket, std::span<const Datagram> datagrams) {
    test::echo(socket, datagrams);
    if (test::as_text(datagrams.front().bytes) == "bad") {
      throw std::runtime_error("bad");
    }
  };
  bind();
  const OwnedFd client = test::datagram_client(at());
  test::send_datagram(client.get(), "bad");
  EXPECT_THROW((void)until([] { return false; }), std::runtime_error);
  EXPECT_THAT(answers(client.get(), 1), ElementsAre("bad"));
  test::send_datagram(client.get(), "good");
  EXPECT_THAT(answers(client.get(), 1), ElementsAre("good"));
}

TEST_P(UdpSocketTest, DrainAnswersWhatHasArrived) {
  recorder_.on_batch = test::echo;
  bind();
  const OwnedFd client = test::datagram_client(at());
  for (int i = 0; i < 200; ++i) {
    test::send_datagram(client.get(), std::to_string(i));
  }
  udp_->drain();
  udp_->close();
  EXPECT_EQ(test::receive_datagrams(client.get()).size(), 200U);
}

TEST_P(UdpSocketTest, DrainPassesAnErrorThatIsPending) {
  const Endpoint other = test::closed_datagram_port();
  udp_ = UdpSocket::connect(*loop_, other, recorder_, options_).value();
  OwnedFd peer = test::datagram_socket(other);
  test::send_datagram(peer.get(), "arrived", at());
  peer.reset();
  const OwnedFd twin(::dup(udp_->native_handle()));
  ASSERT_EQ(::send(twin.get(), "x", 1, 0), 1);  // refused: that is pending now
  udp_->drain();
  EXPECT_THAT(recorder_.receive_errors, ElementsAre(std::errc::connection_refused));
  EXPECT_THAT(recorder_.received, ElementsAre("arrived"));
}

TEST_P(UdpSocketTest, BufferSizesAreWhatTheKernelGave) {
  options_.receive_buffer_bytes = 32 * 1024;
  options_.send_buffer_bytes = 16 * 1024;
  bind();
  EXPECT_GE(udp_->receive_buffer_bytes().value(), 32U * 1024);
  EXPECT_LE(udp_->receive_buffer_bytes().value(), 64U * 1024);
  EXPECT_GE(udp_->send_buffer_bytes().value(), 16U * 1024);
  EXPECT_LE(udp_->send_buffer_bytes().value(), 32U * 1024);
}

TEST_P(UdpSocketTest, UnixPathIsNoAddress) {
  const Result<std::unique_ptr<UdpSocket>> refused =
      UdpSocket::bind(*loop_, Endpoint::unix_path("/tmp/x"), recorder_);
  EXPECT_EQ(refused.error(), make_error_code(Errc::kBadAddress));
}

TEST(UdpSocketDeathTest, DestructionInACallbackAborts) {
  const auto destroy_in_callback = [] {
    const std::unique_ptr<EventLoop> loop = test::make_loop();
    test::DatagramRecorder recorder;
    std::unique_ptr<UdpSocket> udp =
        UdpSocket::bind(*loop, Endpoint::loopback_v4(0), recorder).value();
    recorder.on_batch = [&udp](UdpSocket&, std::span<const Datagram>) { udp.reset(); };
    const OwnedFd client = test::datagram_client(udp->local_endpoint());
    test::send_datagram(client.get(), "x");
    (void)test::run_until(*loop, [] { return false; });
  };
  EXPECT_DEATH(destroy_in_callback(), "use close");
}

TEST(UdpSocketDeathTest, MoreThanCanBeNumberedAborts) {
  const std::unique_ptr<EventLoop> loop = test::make_loop();
  test::DatagramRecorder recorder;
  UdpOptions options;
  options.unsent_bytes_max = std::size_t{1} << 32;
  EXPECT_DEATH((void)UdpSocket::bind(*loop, Endpoint::loopback_v4(0), recorder, options), "4 GiB");
}

}  // namespace
}  // namespace halo
