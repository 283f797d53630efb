// Groups, with real datagrams. Nothing leaves this machine: IPv4's stay on the loopback interface,
// and ff01:: is the scope of one interface of one machine, see RFC 4291, section 2.7.

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactor/error.hpp"
#include "reactor/internal/socket_address.hpp"
#include "reactor/udp_socket.hpp"
#include "tests/reactor/udp_fixture.hpp"

namespace halo {
namespace {

using testing::ElementsAre;

constexpr const char* kGroupV4 = "239.255.77.88";
constexpr const char* kGroupV6 = "ff01::7788";

unsigned loopback_interface() {
  return ::if_nametoindex("lo") != 0 ? ::if_nametoindex("lo") : ::if_nametoindex("lo0");
}

/// A client that can send to groups on the loopback interface.
OwnedFd client_v4() {
  OwnedFd fd = test::datagram_socket();
  const in_addr loopback{htonl(INADDR_LOOPBACK)};
  EXPECT_EQ(::setsockopt(fd.get(), IPPROTO_IP, IP_MULTICAST_IF, &loopback, sizeof loopback), 0);
  return fd;
}

/// A client that can send to IPv6's groups on `interface_index`.
OwnedFd client_v6(unsigned interface_index) {
  OwnedFd fd = test::datagram_socket(Endpoint::parse("::", 0).value());
  EXPECT_EQ(::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_MULTICAST_IF, &interface_index,
                         sizeof interface_index),
            0);
  return fd;
}

/// An interface with a route to IPv6's groups; 0: there is none.
unsigned interface_with_groups_v6() {
  const std::unique_ptr<struct if_nameindex[], void (*)(struct if_nameindex*)> all(
      ::if_nameindex(), ::if_freenameindex);
  for (std::size_t i = 0; all && all[i].if_index != 0; ++i) {
    const OwnedFd fd = client_v6(all[i].if_index);
    const SocketAddress to = to_socket_address(Endpoint::parse(kGroupV6, 9).value()).value();
    if (::connect(fd.get(), to.get(), to.length) == 0) {
      return all[i].if_index;
    }
  }
  return 0;
}

class UdpMulticastTest : public test::UdpFixture {
 protected:
  void SetUp() override {
    recorder_.on_batch = [this](UdpSocket& socket, std::span<const Datagram> datagrams) {
      for (const Datagram& datagram : datagrams) {
        heard_.emplace_back(test::as_text(datagram.bytes));
      }
      test::echo(socket, datagrams);
    };
  }

  /// What `client` sends to a group is heard while the socket is a member, and answered from an
  /// address of its own; then it is not heard any more.
  void join_hear_and_leave(const OwnedFd& client, const Endpoint& group, const Endpoint& itself,
                           unsigned interface_index) {
    heard_.clear();
    ASSERT_FALSE(udp_->join(group, interface_index));
    test::send_datagram(client.get(), "to the group", group);
    std::optional<test::ReceivedDatagram> answer;
    ASSERT_TRUE(until([&] {
      answer = test::receive_datagram(client.get());
      return answer.has_value() || !recorder_.send_errors.empty();
    }));
    EXPECT_THAT(recorder_.send_errors, testing::IsEmpty());
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->bytes, "to the group");
    EXPECT_EQ(answer->from.port(), at().port());

    ASSERT_FALSE(udp_->leave(group, interface_index));
    test::send_datagram(client.get(), "to nobody", group);
    test::send_datagram(client.get(), "to the socket", itself);
    ASSERT_TRUE(until([this] { return heard_.size() >= 2; }));
    EXPECT_THAT(heard_, ElementsAre("to the group", "to the socket"));
  }

  std::vector<std::string> heard_;
};
HALO_ON_EVERY_POLLER(UdpMulticastTest);

TEST_P(UdpMulticastTest, MemberHearsItsGroupUntilItLeaves) {
  bind(Endpoint());
  join_hear_and_leave(client_v4(), at(kGroupV4), at("127.0.0.1"), loopback_interface());
}

TEST_P(UdpMulticastTest, MemberOfAnIpv6GroupHearsItUntilItLeaves) {
  const unsigned interface_index = interface_with_groups_v6();
  if (interface_index == 0) {
    GTEST_SKIP() << "no interface here has a route to IPv6's groups";
  }
  bind(Endpoint::parse("::", 0).value());
  join_hear_and_leave(client_v6(interface_index), at(kGroupV6), at("::1"), interface_index);
}

// A group's address came back as the answer's source, ::ffff:239.255.77.88, which the kernel
// refuses.
TEST_P(UdpMulticastTest, DualStackMemberOfAnIpv4GroupAnswers) {
  options_.dual_stack = true;
  bind(Endpoint::parse("::", 0).value());
  join_hear_and_leave(client_v4(), at(kGroupV4), at("127.0.0.1"), loopback_interface());
}

// Linux gave a socket what was sent to groups that any other on the machine had joined, so that a
// group that was left went on being heard.
TEST_P(UdpMulticastTest, AGroupThatOnlyOthersHaveJoinedIsNotHeard) {
  bind(Endpoint());
  const OwnedFd other = test::datagram_socket();
  ip_mreq membership{};
  ASSERT_EQ(::inet_pton(AF_INET, kGroupV4, &membership.imr_multiaddr), 1);
  membership.imr_interface.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(
      ::setsockopt(other.get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership), 0);
  const OwnedFd client = client_v4();
  test::send_datagram(client.get(), "to the others", at(kGroupV4));
  test::send_datagram(client.get(), "to the socket", at("127.0.0.1"));
  ASSERT_TRUE(until([this] { return !heard_.empty(); }));
  EXPECT_THAT(heard_, ElementsAre("to the socket"));
}

TEST_P(UdpMulticastTest, OnlyAGroupIsJoinedAndOnlyOnce) {
  bind(Endpoint());
  const Endpoint group = at(kGroupV4);
  const unsigned lo = loopback_interface();
  ASSERT_FALSE(udp_->join(group, lo));
  EXPECT_EQ(udp_->join(group, lo), std::errc::address_in_use) << "a member already";
  ASSERT_FALSE(udp_->leave(group, lo));
  EXPECT_TRUE(udp_->leave(group, lo)) << "no member any more";
  EXPECT_TRUE(udp_->join(at("127.0.0.1"), lo)) << "not a group";
  EXPECT_EQ(udp_->join(Endpoint::unix_path("/x")), make_error_code(Errc::kBadAddress));
}

}  // namespace
}  // namespace halo
