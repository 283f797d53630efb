// A handler may close its socket, throw, or send, in every callback there is.

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactor/udp_socket.hpp"
#include "tests/reactor/udp_fixture.hpp"

namespace halo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr DatagramPeer kNobody;  // what is sent there fails: EINVAL, or its like

class UdpCloseTest : public test::UdpFixture {
 protected:
  void send_to_nobody(int count) {
    for (int i = 0; i < count; ++i) {
      EXPECT_FALSE(udp_->send(kNobody, test::as_bytes("x")));
    }
  }
  void connect_to_nobody() {
    udp_ = UdpSocket::connect(*loop_, test::closed_datagram_port(), recorder_, options_).value();
  }
};
HALO_ON_EVERY_POLLER(UdpCloseTest);

TEST_P(UdpCloseTest, CloseInTheMiddleOfABatchEndsIt) {
  recorder_.on_batch = [](UdpSocket& socket, std::span<const Datagram> datagrams) {
    test::echo(socket, datagrams);
    socket.close();
  };
  for (const UdpOptions& way : all_ways()) {
    options_ = way;
    options_.batch_messages = 2;
    recorder_.batches.clear();
    bind();
    const OwnedFd client = test::datagram_client(at());
    for (int i = 0; i < 5; ++i) {
      test::send_datagram(client.get(), "x");
    }
    ASSERT_TRUE(until([this] { return udp_->closed(); }));
    test::run_while_busy(*loop_);
    EXPECT_THAT(recorder_.batches, SizeIs(1));
    EXPECT_EQ(udp_->unsent_datagrams(), 0U) << "what waited is dropped";
  }
}

TEST_P(UdpCloseTest, CloseInASendErrorEndsTheTelling) {
  recorder_.on_error = [](UdpSocket& socket) { socket.close(); };
  bind();
  send_to_nobody(3);
  ASSERT_TRUE(until([this] { return udp_->closed(); }));
  test::run_while_busy(*loop_);
  EXPECT_THAT(recorder_.send_errors, SizeIs(1));
}

TEST_P(UdpCloseTest, CloseInASendErrorDropsWhatWasSentInIt) {
  const OwnedFd client = test::datagram_socket();
  const DatagramPeer peer = DatagramPeer::to(test::local_endpoint_of(client.get())).value();
  recorder_.on_error = [&peer](UdpSocket& socket) {
    EXPECT_FALSE(socket.send(peer, test::as_bytes("last")));
    socket.close();
  };
  bind();
  send_to_nobody(1);
  ASSERT_TRUE(until([this] { return udp_->closed(); }));
  test::run_while_busy(*loop_);
  EXPECT_THAT(test::receive_datagrams(client.get()), IsEmpty());
  EXPECT_EQ(udp_->unsent_datagrams(), 0U);
}

TEST_P(UdpCloseTest, CloseInAReceiveError) {
  recorder_.on_pending_error = [](UdpSocket& socket) { socket.close(); };
  connect_to_nobody();
  EXPECT_FALSE(udp_->send(udp_->connected_peer(), test::as_bytes("anybody?")));
  ASSERT_TRUE(until([this] { return udp_->closed(); }));
  test::run_while_busy(*loop_);
  EXPECT_THAT(recorder_.receive_errors, ElementsAre(std::errc::connection_refused));
}

TEST_P(UdpCloseTest, CloseWhileDrainingEndsTheDrain) {
  recorder_.on_batch = [](UdpSocket& socket, std::span<const Datagram>) { socket.close(); };
  options_.batch_messages = 1;
  bind();
  const OwnedFd client = test::datagram_client(at());
  for (int i = 0; i < 5; ++i) {
    test::send_datagram(client.get(), "x");
  }
  udp_->drain();
  EXPECT_TRUE(udp_->closed());
  EXPECT_THAT(recorder_.batches, ElementsAre(1U));
  udp_->drain();
}

TEST_P(UdpCloseTest, ExceptionOutOfASendErrorLosesNoOtherWord) {
  recorder_.on_error = [this](UdpSocket&) {
    if (recorder_.send_errors.size() == 1) {
      throw std::runtime_error("bad");
    }
  };
  bind();
  const OwnedFd client = test::datagram_socket();
  const DatagramPeer peer = DatagramPeer::to(test::local_endpoint_of(client.get())).value();
  send_to_nobody(2);
  EXPECT_FALSE(udp_->send(peer, test::as_bytes("kept")));
  EXPECT_THROW((void)until([] { return false; }), std::runtime_error);
  ASSERT_TRUE(until([this] { return recorder_.send_errors.size() == 2; }));
  EXPECT_THAT(answers(client.get(), 1), ElementsAre("kept"));
}

TEST_P(UdpCloseTest, ClosedSocketKeepsNothingAndRefusesEverything) {
  bind();
  send_to_nobody(1);
  udp_->close();
  EXPECT_EQ(udp_->unsent_datagrams(), 0U);
  EXPECT_EQ(udp_->send(kNobody, test::as_bytes("x")), std::errc::bad_file_descriptor);
  EXPECT_EQ(udp_->join(Endpoint::parse("239.1.2.3", 0).value()), std::errc::bad_file_descriptor);
  EXPECT_EQ(udp_->receive_buffer_bytes().error(), std::errc::bad_file_descriptor);
  test::run_while_busy(*loop_);
  EXPECT_THAT(recorder_.send_errors, IsEmpty()) << "without a word";
}

}  // namespace
}  // namespace halo
