// Which addresses a datagram socket has, and from which it answers.

#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactor/error.hpp"
#include "reactor/internal/socket_address.hpp"
#include "reactor/internal/socket_parts.hpp"
#include "reactor/udp_socket.hpp"
#include "tests/reactor/udp_fixture.hpp"

namespace halo {
namespace {

using testing::ElementsAre;

/// The IPv6 addresses of this machine that can be used now.
std::vector<Endpoint> addresses_v6() {
  std::vector<Endpoint> found;
  ifaddrs* first = nullptr;
  EXPECT_EQ(::getifaddrs(&first), 0);
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(first, ::freeifaddrs);
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET6) {
      SocketAddress address;
      address.length = sizeof(sockaddr_in6);
      std::memcpy(&address.storage, one->ifa_addr, address.length);
      const OwnedFd probe = socket::new_socket(AF_INET6, SOCK_DGRAM).value();
      if (!socket::bind(probe.get(), to_endpoint(address))) {
        found.push_back(to_endpoint(address));
      }
    }
  }
  return found;
}

class UdpAddressTest : public test::UdpFixture {
 protected:
  /// Where an answer to a datagram for `asked` comes from.
  Endpoint source_of_answer(const Endpoint& asked) {
    return source_of_answer(asked, asked.family() == Endpoint::Family::kIpv4
                                       ? Endpoint::loopback_v4(0)
                                       : Endpoint::loopback_v6(0));
  }
  Endpoint source_of_answer(const Endpoint& asked, const Endpoint& mine) {
    const OwnedFd client = test::datagram_socket(mine);
    test::send_datagram(client.get(), "who?", asked);
    std::optional<test::ReceivedDatagram> answer;
    EXPECT_TRUE(until([&] {
      answer = test::receive_datagram(client.get());
      return answer.has_value();
    }));
    return answer ? answer->from : Endpoint();
  }
};
HALO_ON_EVERY_POLLER(UdpAddressTest);

TEST_P(UdpAddressTest, WildcardAnswersFromTheAddressThatWasAsked) {
  recorder_.on_batch = test::echo;
  for (const UdpOptions& way : all_ways()) {
    options_ = way;
    bind(Endpoint());
    for (const char* address : {"127.0.0.1", "127.0.0.2", "127.3.2.1"}) {
      EXPECT_EQ(source_of_answer(at(address)).to_string(), at(address).to_string());
    }
  }
}

TEST_P(UdpAddressTest, Ipv6WildcardAnswersFromTheAddressThatWasAsked) {
  recorder_.on_batch = test::echo;
  bind(Endpoint::parse("::", 0).value());
  EXPECT_EQ(source_of_answer(at("::1")), at("::1"));
}

TEST_P(UdpAddressTest, PeerKnowsTheAddressThatWasAsked) {
  bind(Endpoint());
  const OwnedFd client = test::datagram_socket();
  test::send_datagram(client.get(), "x", at("127.0.0.9"));
  ASSERT_TRUE(until_received(1));
  EXPECT_EQ(recorder_.locals.front().address_string(), "127.0.0.9");
}

TEST_P(UdpAddressTest, Ipv6IsIpv6OnlyUnlessBothAreAskedFor) {
  recorder_.on_batch = test::echo;
  bind(Endpoint::parse("::", 0).value());
  EXPECT_TRUE(UdpSocket::bind(*loop_, at("0.0.0.0"), recorder_).has_value())
      << "IPv4's port of that number is free";
  options_.dual_stack = true;
  bind(Endpoint::parse("::", 0).value());
  EXPECT_EQ(source_of_answer(at("127.0.0.2")), at("127.0.0.2"));
  EXPECT_EQ(source_of_answer(at("::1")), at("::1"));
}

TEST_P(UdpAddressTest, KnowsItself) {
  bind(Endpoint());
  const auto itself = [this](const OwnedFd& from, const Endpoint& asked) {
    bool is = false;
    recorder_.on_batch = [&is](UdpSocket& socket, std::span<const Datagram> datagrams) {
      is = socket.is_itself(*datagrams.front().peer);
    };
    const std::uint64_t before = udp_->tallies().received.value();
    test::send_datagram(from.get(), "x", asked);
    EXPECT_TRUE(until_received(before + 1));
    return is;
  };
  EXPECT_FALSE(itself(test::datagram_socket(), at("127.0.0.1"))) << "another port";
  OwnedFd twin(::dup(udp_->native_handle()));  // what it sends comes from the socket itself
  EXPECT_TRUE(itself(twin, at("127.0.0.1")));
}

TEST_P(UdpAddressTest, PortInUseIsAnError) {
  bind();
  const Result<std::unique_ptr<UdpSocket>> second = UdpSocket::bind(*loop_, at(), recorder_);
  EXPECT_EQ(second.error(), std::errc::address_in_use);
  options_.sharing = socket::PortSharing::kFirstOfGroup;
  EXPECT_EQ(UdpSocket::bind(*loop_, at(), recorder_, options_).error(), std::errc::address_in_use);
}

TEST_P(UdpAddressTest, GroupSharesAPort) {
  options_.sharing = socket::PortSharing::kFirstOfGroup;
  bind();
  options_.sharing = socket::PortSharing::kMemberOfGroup;
  test::DatagramRecorder other;
  const auto member = UdpSocket::bind(*loop_, at(), other, options_).value();
  std::vector<OwnedFd> clients;
  for (int i = 0; i < 64; ++i) {
    clients.push_back(test::datagram_client(at()));
    test::send_datagram(clients.back().get(), "x");
  }
  ASSERT_TRUE(until([&] { return recorder_.received.size() + other.received.size() == 64; }));
  if (socket::balances_groups(at())) {
    EXPECT_GT(recorder_.received.size(), 0U);
    EXPECT_GT(other.received.size(), 0U);
  }
}

// The answer's source was a link-local address without its link, which the kernel refuses.
TEST_P(UdpAddressTest, LinkLocalAddressAnswersAPeerOfWiderScope) {
  const std::vector<Endpoint> addresses = addresses_v6();
  const auto is_wide = [](const Endpoint& address) {
    return address.scope_id() == 0 && address != Endpoint::loopback_v6(0);
  };
  const auto wide = std::ranges::find_if(addresses, is_wide);
  const auto local = std::ranges::find_if(addresses, &Endpoint::scope_id);
  if (wide == addresses.end() || local == addresses.end()) {
    GTEST_SKIP() << "no link here has addresses of two scopes";
  }
  recorder_.on_batch = test::echo;
  bind(Endpoint::parse("::", 0).value());
  Endpoint asked = *local;
  asked.set_port(at().port());
  EXPECT_EQ(source_of_answer(asked, *wide), asked);
}

TEST(DatagramPeer, IsItsEndpoint) {
  for (const char* text : {"127.0.0.1:80", "[::1]:65535", "[fe80::1%2]:7"}) {
    const Endpoint endpoint = Endpoint::parse(text).value();
    const DatagramPeer peer = DatagramPeer::to(endpoint).value();
    EXPECT_EQ(peer.endpoint(), endpoint);
    EXPECT_EQ(peer.port(), endpoint.port());
    EXPECT_EQ(peer, DatagramPeer::to(endpoint).value());
    EXPECT_FALSE(peer.has_local_address());
  }
  EXPECT_NE(DatagramPeer::to(Endpoint::loopback_v4(1)).value(),
            DatagramPeer::to(Endpoint::loopback_v4(2)).value());
  EXPECT_EQ(DatagramPeer::to(Endpoint::unix_path("/x")).error(),
            make_error_code(Errc::kBadAddress));
  EXPECT_LE(sizeof(DatagramPeer), 56U);
}

}  // namespace
}  // namespace halo
