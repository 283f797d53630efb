#include "reactor/socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "reactor/error.hpp"
#include "reactor/internal/socket_address.hpp"
#include "tests/support/descriptors.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

using socket::PortSharing;
using test::as_bytes;
using test::SocketPair;

int option_of(int fd, int level, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  EXPECT_EQ(::getsockopt(fd, level, name, &value, &length), 0);
  return value;
}

void expect_prepared(int fd) {
  EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
}

TEST(Socket, ListensOnAFreePortAndConnects) {
  for (const Endpoint& at : {Endpoint::loopback_v4(0), Endpoint::loopback_v6(0)}) {
    const Result<OwnedFd> listener = socket::listen(at, 16);
    ASSERT_TRUE(listener.has_value()) << listener.error().message();
    expect_prepared(listener->get());
    const Endpoint local = test::local_endpoint_of(listener->get());
    EXPECT_NE(local.port(), 0);
    EXPECT_EQ(local.family(), at.family());

    const OwnedFd client = test::connect_to(local);
    expect_prepared(client.get());
    ASSERT_TRUE(test::wait_readable(listener->get()));
    Endpoint peer;
    const Result<OwnedFd> accepted = socket::accept(listener->get(), &peer);
    ASSERT_TRUE(accepted.has_value());
    expect_prepared(accepted->get());
    EXPECT_EQ(peer, test::local_endpoint_of(client.get()));
    EXPECT_EQ(socket::peer_endpoint(client.get()).value(), local);
    EXPECT_EQ(socket::peer_endpoint(accepted->get()).value(), peer);
  }
}

TEST(Socket, AcceptWithoutAConnectionWouldBlock) {
  const OwnedFd listener = test::listener_v4();
  EXPECT_TRUE(socket::would_block(socket::accept(listener.get(), nullptr).error()));
}

TEST(Socket, AcceptWithoutADescriptorIsOutOfResources) {
  const OwnedFd listener = test::listener_v4();
  const OwnedFd client = test::connect_to(test::local_endpoint_of(listener.get()));
  ASSERT_TRUE(test::wait_readable(listener.get()));
  test::DescriptorShortage shortage(0);
  EXPECT_TRUE(socket::out_of_resources(socket::accept(listener.get(), nullptr).error()));
  EXPECT_TRUE(socket::out_of_resources(socket::listen(Endpoint::loopback_v4(0), 1).error()));
  EXPECT_TRUE(socket::out_of_resources(socket::start_connect(Endpoint::loopback_v4(1)).error()));
  shortage.end();
  EXPECT_TRUE(socket::accept(listener.get(), nullptr).has_value()) << "it still waits";
}

TEST(Socket, OnlyExhaustionCountsAsOutOfResources) {
  for (const int number : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
    EXPECT_TRUE(socket::out_of_resources({number, std::system_category()})) << number;
  }
  for (const int number : {0, EAGAIN, ECONNRESET, EINTR}) {
    EXPECT_FALSE(socket::out_of_resources({number, std::system_category()})) << number;
  }
  EXPECT_FALSE(socket::would_block({}));
  EXPECT_FALSE(socket::would_block({EMFILE, std::system_category()}));
}

class SocketSharing : public testing::TestWithParam<bool> {  // IPv6?
 protected:
  Result<OwnedFd> listen(PortSharing sharing, std::uint16_t port = 0) {
    return socket::listen(GetParam() ? Endpoint::loopback_v6(port) : Endpoint::loopback_v4(port), 4,
                          sharing);
  }
  static std::uint16_t port_of(const Result<OwnedFd>& fd) {
    return test::local_endpoint_of(fd->get()).port();
  }
};

INSTANTIATE_TEST_SUITE_P(, SocketSharing, testing::Bool(),
                         [](const auto& v6) { return v6.param ? "IPv6" : "IPv4"; });

TEST_P(SocketSharing, SecondListenerAloneIsRefused) {
  const Result<OwnedFd> first = listen(PortSharing::kAlone);
  EXPECT_EQ(listen(PortSharing::kAlone, port_of(first)).error(), std::errc::address_in_use);
}

TEST_P(SocketSharing, MembersJoinTheFirstOfAGroup) {
  const Result<OwnedFd> first = listen(PortSharing::kFirstOfGroup);
  ASSERT_TRUE(first.has_value());
  const Result<OwnedFd> second = listen(PortSharing::kMemberOfGroup, port_of(first));
  EXPECT_TRUE(second.has_value()) << second.error().message();
  EXPECT_TRUE(listen(PortSharing::kMemberOfGroup, port_of(first)).has_value());
}

TEST_P(SocketSharing, FirstOfAnotherGroupIsRefused) {
  const Result<OwnedFd> first = listen(PortSharing::kFirstOfGroup);
  const Result<OwnedFd> member = listen(PortSharing::kMemberOfGroup, port_of(first));
  EXPECT_EQ(listen(PortSharing::kFirstOfGroup, port_of(first)).error(), std::errc::address_in_use);
  EXPECT_EQ(listen(PortSharing::kAlone, port_of(first)).error(), std::errc::address_in_use);
}

TEST_P(SocketSharing, GroupIsRefusedWhereOneListensAlone) {
  const Result<OwnedFd> alone = listen(PortSharing::kAlone);
  EXPECT_EQ(listen(PortSharing::kFirstOfGroup, port_of(alone)).error(), std::errc::address_in_use);
  EXPECT_EQ(listen(PortSharing::kMemberOfGroup, port_of(alone)).error(), std::errc::address_in_use);
}

TEST_P(SocketSharing, PortMayBeListenedOnAgainRightAfterTheServerClosed) {
  // The server's end lingers in TIME_WAIT: SO_REUSEADDR.
  Result<OwnedFd> listener = listen(PortSharing::kAlone);
  const std::uint16_t port = port_of(listener);
  OwnedFd client = test::connect_to(test::local_endpoint_of(listener->get()));
  ASSERT_TRUE(test::wait_readable(listener->get()));
  Result<OwnedFd> accepted = socket::accept(listener->get(), nullptr);
  accepted->reset();
  ASSERT_TRUE(test::wait_readable(client.get()));
  client.reset();
  listener->reset();
  EXPECT_TRUE(listen(PortSharing::kAlone, port).has_value());
}

TEST(Socket, AnyIpv6AddressLeavesIpv4Free) {
  const Result<OwnedFd> v6 = socket::listen(Endpoint::parse("[::]:0").value(), 4);
  ASSERT_TRUE(v6.has_value()) << v6.error().message();
  const std::uint16_t port = test::local_endpoint_of(v6->get()).port();
  EXPECT_EQ(socket::start_connect(Endpoint::loopback_v4(port)).has_value(), true);
  EXPECT_TRUE(socket::listen(Endpoint::parse("0.0.0.0", port).value(), 4).has_value());
}

TEST(Socket, AddressThatIsNotOursCannotBeListenedOn) {
  const Endpoint foreign = Endpoint::parse("192.0.2.1:0").value();  // RFC 5737
  EXPECT_EQ(socket::listen(foreign, 4).error(), std::errc::address_not_available);
}

TEST(Socket, RefusedConnectTellsSo) {
  OwnedFd listener = test::listener_v4();
  const Endpoint nobody = test::local_endpoint_of(listener.get());
  listener.reset();
  const Result<OwnedFd> fd = socket::start_connect(nobody);
  std::error_code error = fd.error();
  if (fd.has_value()) {
    // Refused or under way: writability says when to ask.
    const std::unique_ptr<Poller> poller = make_poller(PollerKind::kBest).value();
    ASSERT_FALSE(poller->add(fd->get(), {1, 1}, Interest::kWritable));
    Event events[1];
    ASSERT_EQ(poller->wait(events, test::kPatience).value(), 1U);
    error = socket::finish_connect(fd->get());
  }
  EXPECT_EQ(error, std::errc::connection_refused);
}

TEST(Socket, ConnectToItselfIsDetected) {
  // What the kernel does by chance on an ephemeral port without a listener, done on purpose: a
  // socket that is bound to a port connects to that very port.
  for (const Endpoint& at : {Endpoint::loopback_v4(0), Endpoint::loopback_v6(0)}) {
    const int domain = at.family() == Endpoint::Family::kIpv4 ? AF_INET : AF_INET6;
    const OwnedFd fd(::socket(domain, SOCK_STREAM, 0));
    const SocketAddress any = to_socket_address(at).value();
    ASSERT_EQ(::bind(fd.get(), any.get(), any.length), 0);
    const SocketAddress self = to_socket_address(test::local_endpoint_of(fd.get())).value();
    ASSERT_EQ(::connect(fd.get(), self.get(), self.length), 0) << "simultaneous open";
    EXPECT_EQ(socket::finish_connect(fd.get()), Errc::kSelfConnect);
  }
}

TEST(Socket, ConnectMayComeFromAChosenAddress) {
  const OwnedFd listener = test::listener_v4();
  const Endpoint from = Endpoint::parse("127.0.0.2:0").value();
  const Result<OwnedFd> client =
      socket::start_connect(test::local_endpoint_of(listener.get()), &from);
  if (client.error() == std::errc::address_not_available) {
    GTEST_SKIP() << "127.0.0.2 is no address here: macOS and FreeBSD give lo0 127.0.0.1 alone";
  }
  ASSERT_TRUE(client.has_value()) << client.error().message();
  ASSERT_TRUE(test::wait_readable(listener.get()));
  Endpoint peer;
  ASSERT_TRUE(socket::accept(listener.get(), &peer).has_value());
  EXPECT_EQ(peer.address_string(), "127.0.0.2");
}

TEST(Socket, ConnectFromAnAddressThatIsNotOursFails) {
  const OwnedFd listener = test::listener_v4();
  const Endpoint foreign = Endpoint::parse("192.0.2.1:0").value();
  EXPECT_EQ(socket::start_connect(test::local_endpoint_of(listener.get()), &foreign).error(),
            std::errc::address_not_available);
}

TEST(Socket, ReadAndWriteMoveBytesAndTellTheEnd) {
  SocketPair pair = test::tcp_pair();
  std::byte room[16];
  EXPECT_TRUE(socket::would_block(socket::read_some(pair.ours.get(), room).error()));
  EXPECT_EQ(socket::write_some(pair.ours.get(), as_bytes("hello")).value(), 5U);
  ASSERT_TRUE(test::wait_readable(pair.peer.get()));
  EXPECT_EQ(socket::read_some(pair.peer.get(), room).value(), 5U);
  EXPECT_EQ(test::as_text(std::span(room).first(5)), "hello");
  EXPECT_FALSE(socket::shutdown_write(pair.ours.get()));
  ASSERT_TRUE(test::wait_readable(pair.peer.get()));
  EXPECT_EQ(socket::read_some(pair.peer.get(), room).value(), 0U);
  EXPECT_EQ(socket::write_some(pair.peer.get(), as_bytes("still")).value(), 5U)
      << "the other direction stays open";
}

TEST(Socket, WriteToAFullSocketWouldBlock) {
  const SocketPair pair = test::unix_pair();
  const std::string bytes(100'000, 'x');
  std::error_code error;
  for (int i = 0; i < 10'000 && !error; ++i) {
    error = socket::write_some(pair.ours.get(), as_bytes(bytes)).error();
  }
  EXPECT_TRUE(socket::would_block(error)) << error.message();
}

TEST(Socket, WriteToAClosedPeerIsAnErrorAndNoSignal) {
  // SIGPIPE would end this process.
  SocketPair unix_pair = test::unix_pair();
  unix_pair.peer.reset();
  EXPECT_EQ(socket::write_some(unix_pair.ours.get(), as_bytes("x")).error(),
            std::errc::broken_pipe);
  SocketPair tcp = test::tcp_pair();
  test::reset(std::move(tcp.peer));
  ASSERT_TRUE(test::wait_readable(tcp.ours.get()));
  EXPECT_EQ(socket::write_some(tcp.ours.get(), as_bytes("x")).error(), std::errc::connection_reset);
  EXPECT_EQ(socket::write_some(tcp.ours.get(), as_bytes("x")).error(), std::errc::broken_pipe);
  EXPECT_EQ(socket::shutdown_write(tcp.ours.get()), std::errc::not_connected);
}

TEST(Socket, ResetOnCloseIsSeenAsAReset) {
  SocketPair pair = test::tcp_pair();
  EXPECT_FALSE(socket::reset_on_close(pair.ours.get()));
  pair.ours.reset();
  ASSERT_TRUE(test::wait_readable(pair.peer.get()));
  EXPECT_EQ(test::read_available(pair.peer.get()).error, ECONNRESET);
}

TEST(Socket, NoDelayIsSetOnTcpAndNoErrorOnAUnixSocket) {
  const SocketPair tcp = test::tcp_pair();
  EXPECT_FALSE(socket::set_no_delay(tcp.ours.get()));
  EXPECT_NE(option_of(tcp.ours.get(), IPPROTO_TCP, TCP_NODELAY), 0);
  const SocketPair unix_pair = test::unix_pair();
  EXPECT_FALSE(socket::set_no_delay(unix_pair.ours.get()));
  EXPECT_EQ(socket::set_no_delay(-1), std::errc::bad_file_descriptor);
}

TEST(Socket, BlockingModeIsSwitchedBothWays) {
  const SocketPair pair = test::unix_pair();
  EXPECT_FALSE(socket::set_blocking(pair.ours.get(), true));
  EXPECT_EQ(::fcntl(pair.ours.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_FALSE(socket::set_blocking(pair.ours.get(), false));
  EXPECT_NE(::fcntl(pair.ours.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(Socket, ClosedDescriptorIsAnErrorForEveryCall) {
  std::byte room[1];
  EXPECT_EQ(socket::accept(-1, nullptr).error(), std::errc::bad_file_descriptor);
  EXPECT_EQ(socket::finish_connect(-1), std::errc::bad_file_descriptor);
  EXPECT_EQ(socket::read_some(-1, room).error(), std::errc::bad_file_descriptor);
  EXPECT_EQ(socket::write_some(-1, room).error(), std::errc::bad_file_descriptor);
  EXPECT_EQ(socket::shutdown_write(-1), std::errc::bad_file_descriptor);
  EXPECT_EQ(socket::reset_on_close(-1), std::errc::bad_file_descriptor);
  EXPECT_EQ(socket::set_blocking(-1, true), std::errc::bad_file_descriptor);
  EXPECT_EQ(socket::local_endpoint(-1).error(), std::errc::bad_file_descriptor);
  EXPECT_EQ(socket::peer_endpoint(-1).error(), std::errc::bad_file_descriptor);
}

TEST(Socket, FinishOfAnUnconnectedSocketFails) {
  const OwnedFd fd(::socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(socket::finish_connect(fd.get()), std::errc::not_connected);
}

TEST(Socket, SignalsDoNotDisturbABlockingReadOrWrite) {
  SocketPair pair = test::unix_pair();
  ASSERT_FALSE(socket::set_blocking(pair.ours.get(), true));
  ASSERT_FALSE(socket::set_blocking(pair.peer.get(), true));
  static std::atomic<int> signals;
  signals = 0;
  struct sigaction action {};
  struct sigaction former {};
  action.sa_handler = [](int) { ++signals; };  // without SA_RESTART: EINTR
  ASSERT_EQ(::sigaction(SIGUSR1, &action, &former), 0);

  std::string sent;
  std::string received;
  std::atomic<bool> written{false};
  std::thread reader([&] {
    std::byte room[4096];
    while (true) {
      const Result<std::size_t> count = socket::read_some(pair.peer.get(), room);
      ASSERT_TRUE(count.has_value()) << count.error().message();
      if (*count == 0) {
        return;
      }
      received += test::as_text(std::span(room).first(*count));
    }
  });
  std::thread writer([&] {
    while (signals < 100) {
      const std::string piece = test::pattern(50'000, sent.size());
      const Result<std::size_t> count = socket::write_some(pair.ours.get(), as_bytes(piece));
      ASSERT_TRUE(count.has_value()) << count.error().message();
      sent += piece.substr(0, *count);
    }
    test::shutdown_write(pair.ours.get());
    written = true;
  });
  std::thread interrupter([&, a = reader.native_handle(), b = writer.native_handle()] {
    while (!written) {  // both are joined later only, so that their handles stay good
      ::pthread_kill(a, SIGUSR1);
      ::pthread_kill(b, SIGUSR1);
      std::this_thread::yield();
    }
  });
  interrupter.join();
  writer.join();
  reader.join();
  ::sigaction(SIGUSR1, &former, nullptr);
  EXPECT_TRUE(received == sent);
}

}  // namespace
}  // namespace halo
