#include "reactor/internal/udp_open.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "reactor/error.hpp"
#include "reactor/internal/socket_address.hpp"
#include "reactor/internal/socket_parts.hpp"
#include "reactor/limits.hpp"

namespace halo {
namespace {

using socket::PortSharing;

std::error_code set_buffer(int fd, int name, std::size_t bytes) noexcept {
  if (bytes == 0) {
    return {};
  }
  const std::size_t most = std::numeric_limits<int>::max();
  return socket::set_option(fd, SOL_SOCKET, name, static_cast<int>(std::min(bytes, most)));
}

/// Linux gives a socket what is sent to any group that somebody on the machine has joined, unless
/// it is told not to; others have no such option, and no need of it. A kernel that refuses leaves
/// it at that. *See:* ip(7), IP_MULTICAST_ALL.
void hear_own_groups_only([[maybe_unused]] int fd, [[maybe_unused]] int domain) noexcept {
#ifdef IP_MULTICAST_ALL
  (void)socket::set_option(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
#endif
#ifdef IPV6_MULTICAST_ALL
  if (domain == AF_INET6) {
    (void)socket::set_option(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
  }
#endif
}

Result<OwnedFd> new_udp(int domain, const UdpOptions& options) {
  Result<OwnedFd> fd = socket::new_socket(domain, SOCK_DGRAM);
  if (!fd) {
    return fd;
  }
  if (domain == AF_INET6) {
    const int only = options.dual_stack ? 0 : 1;  // never the system's default
    if (const std::error_code error =
            socket::set_option(fd->get(), IPPROTO_IPV6, IPV6_V6ONLY, only)) {
      return error;
    }
  }
  hear_own_groups_only(fd->get(), domain);
  if (const std::error_code error =
          set_buffer(fd->get(), SO_RCVBUF, options.receive_buffer_bytes)) {
    return error;
  }
  if (const std::error_code error = set_buffer(fd->get(), SO_SNDBUF, options.send_buffer_bytes)) {
    return error;
  }
  return fd;
}

/// SO_REUSEADDR is not set: on a datagram socket it means to take another one's port away.
Result<OwnedFd> open_shared(const Endpoint& at, const UdpOptions& options, PortSharing sharing) {
  Result<OwnedFd> fd = new_udp(socket::domain_of(at), options);
  if (!fd) {
    return fd;
  }
  if (sharing == PortSharing::kMemberOfGroup) {
    if (const std::error_code error = socket::share_port(fd->get())) {
      return error;
    }
  }
  if (const std::error_code error = socket::bind(fd->get(), at)) {
    return error;
  }
  if (sharing == PortSharing::kFirstOfGroup) {
    if (const std::error_code error = socket::share_port(fd->get())) {
      return error;
    }
  }
  return fd;
}

/// What came before the socket had its peer may be anybody's. Bounded, whatever its peer sends.
void forget_received(int fd) noexcept {
  const Result<std::size_t> room = buffer_bytes(fd, SO_RCVBUF);
  std::size_t left = room ? *room / limits::kMessageBufferBytesMin + 1 : 1;
  std::byte start{};
  while (left > 0 && ::recv(fd, &start, sizeof start, MSG_DONTWAIT) >= 0) {
    --left;
  }
}

std::error_code change_group(int fd, int name, const Endpoint& group,
                             unsigned interface_index) noexcept {
  if (group.family() == Endpoint::Family::kUnix) {
    return Errc::kBadAddress;
  }
  const Result<SocketAddress> address = to_socket_address(group);
  if (!address) {
    return address.error();
  }
  group_req request{};
  request.gr_interface = interface_index;
  std::memcpy(&request.gr_group, &address->storage, sizeof request.gr_group);
  const int level = group.family() == Endpoint::Family::kIpv6 ? IPPROTO_IPV6 : IPPROTO_IP;
  return ::setsockopt(fd, level, name, &request, sizeof request) == 0 ? std::error_code{}
                                                                      : last_error();
}

}  // namespace

Result<OwnedFd> open_udp(const Endpoint& at, const UdpOptions& options) {
  if (at.family() == Endpoint::Family::kUnix) {
    return Errc::kBadAddress;
  }
  if (options.sharing != PortSharing::kFirstOfGroup || socket::shares_after_bind()) {
    return open_shared(at, options, options.sharing);
  }
  // A socket alone finds out whether anybody has the port, and makes room for a member.
  Result<Endpoint> vacant = Errc::kBadAddress;
  {
    const Result<OwnedFd> alone = open_shared(at, options, PortSharing::kAlone);
    if (!alone) {
      return alone.error();
    }
    vacant = socket::local_endpoint(alone->get());
  }
  return vacant ? open_shared(*vacant, options, PortSharing::kMemberOfGroup) : vacant.error();
}

Result<OwnedFd> open_connected_udp(const Endpoint& to, const Endpoint* from,
                                   const UdpOptions& options) {
  if (to.family() == Endpoint::Family::kUnix) {
    return Errc::kBadAddress;
  }
  Result<OwnedFd> fd = from == nullptr ? new_udp(socket::domain_of(to), options)
                                       : open_shared(*from, options, options.sharing);
  if (!fd) {
    return fd;
  }
  const Result<SocketAddress> address = to_socket_address(to);
  if (!address) {
    return address.error();
  }
  // Nothing is sent: the kernel only notes the address, so this neither waits nor is interrupted.
  if (::connect(fd->get(), address->get(), address->length) != 0) {
    return last_error();
  }
  forget_received(fd->get());
  return fd;
}

bool is_wildcard(const Endpoint& at) noexcept {
  return std::ranges::all_of(at.address(), [](std::uint8_t byte) { return byte == 0; });
}

std::error_code join_group(int fd, const Endpoint& group, unsigned interface_index) noexcept {
  return change_group(fd, MCAST_JOIN_GROUP, group, interface_index);
}

std::error_code leave_group(int fd, const Endpoint& group, unsigned interface_index) noexcept {
  return change_group(fd, MCAST_LEAVE_GROUP, group, interface_index);
}

Result<std::size_t> buffer_bytes(int fd, int name) noexcept {
  int bytes = 0;
  socklen_t length = sizeof bytes;
  if (::getsockopt(fd, SOL_SOCKET, name, &bytes, &length) != 0) {
    return last_error();
  }
  return static_cast<std::size_t>(std::max(bytes, 0));
}

}  // namespace halo
