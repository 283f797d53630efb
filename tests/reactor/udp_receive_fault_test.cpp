// What a datagram socket does with what it should not have got.

#include <linux/net_tstamp.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactor/internal/socket_parts.hpp"
#include "reactor/udp_socket.hpp"
#include "tests/reactor/udp_faults.hpp"
#include "tests/reactor/udp_fixture.hpp"

namespace halo {
namespace {

using testing::ElementsAre;

class UdpReceiveFaultTest : public test::UdpFixture {};
HALO_ON_EVERY_POLLER(UdpReceiveFaultTest);

TEST_P(UdpReceiveFaultTest, DatagramThatWasCutIsToldAndCounted) {
  std::vector<std::string> whole;
  std::vector<std::string> cut;
  recorder_.on_batch = [&](UdpSocket&, std::span<const Datagram> datagrams) {
    for (const Datagram& datagram : datagrams) {
      (datagram.cut ? cut : whole).emplace_back(test::as_text(datagram.bytes));
    }
  };
  const test::ShortWindows windows(4);
  for (const UdpOptions& way : all_ways()) {
    options_ = way;
    whole.clear();
    cut.clear();
    bind();
    const OwnedFd client = test::datagram_client(at());
    for (const char* bytes : {"1234", "12345", "123"}) {
      test::send_datagram(client.get(), bytes);
    }
    ASSERT_TRUE(until_received(3));
    EXPECT_THAT(whole, ElementsAre("1234", "123"));
    EXPECT_THAT(cut, ElementsAre("1234"));
    EXPECT_EQ(udp_->tallies().cut.value(), 1U);
  }
}

// A socket that is bound first could hear anybody until it was connected.
TEST_P(UdpReceiveFaultTest, ConnectedSocketForgetsWhatOthersSentBefore) {
  const OwnedFd peer = test::datagram_socket();
  const OwnedFd other = test::datagram_socket();
  const test::BeforeConnect meanwhile([&other](int fd) {
    for (const char* bytes : {"other", "", "other"}) {
      test::send_datagram(other.get(), bytes, test::local_endpoint_of(fd));
    }
  });
  const Endpoint from = Endpoint::loopback_v4(0);
  udp_ = UdpSocket::connect(*loop_, test::local_endpoint_of(peer.get()), recorder_, options_, &from)
             .value();
  test::send_datagram(peer.get(), "peer", at());
  ASSERT_TRUE(until_received(1));
  test::run_while_busy(*loop_);
  EXPECT_THAT(recorder_.received, ElementsAre("peer"));
}

// The rest of an address that was cut off was read from behind the room for ancillary data.
TEST_P(UdpReceiveFaultTest, AddressThatHadNoRoomIsNotKnown) {
  bind(Endpoint::parse("::", 0).value());
  // The embedder asked for more than there is room for, and it comes first.
  const int fd = udp_->native_handle();
  ASSERT_FALSE(socket::set_option(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1));
  ASSERT_FALSE(socket::set_option(fd, SOL_SOCKET, SO_TIMESTAMPING,
                                  SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE));
  const OwnedFd client = test::datagram_socket(Endpoint::loopback_v6(0));
  test::send_datagram(client.get(), "x", at("::1"));
  ASSERT_TRUE(until_received(1));
  EXPECT_EQ(recorder_.locals.front().address_string(), "::");
}

}  // namespace
}  // namespace halo
