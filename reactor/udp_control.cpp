#include "reactor/internal/udp_control.hpp"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>

#include "reactor/error.hpp"
#include "reactor/internal/datagram_peer_bytes.hpp"
#include "reactor/internal/socket_parts.hpp"

namespace halo {
namespace {

bool is_multicast_v4(const in_addr& address) noexcept {
  const std::uint32_t host_order = ntohl(address.s_addr);
  return host_order >> 28 == 0xe || host_order == INADDR_BROADCAST;
}

/// IPv4's groups, too, as a dual-stack socket sees them: ::ffff:239.1.2.3.
bool is_multicast_v6(const in6_addr& address) noexcept {
  if (!IN6_IS_ADDR_V4MAPPED(&address)) {
    return IN6_IS_ADDR_MULTICAST(&address);
  }
  in_addr mapped{};
  std::memcpy(&mapped, &address.s6_addr[12], sizeof mapped);
  return is_multicast_v4(mapped);
}

// An answer cannot leave from a group's address: then the kernel chooses.
void note_local(DatagramPeer& peer, const in_addr& address) noexcept {
  if (address.s_addr != INADDR_ANY && !is_multicast_v4(address)) {
    DatagramPeerBytes::set_local(peer, &address, sizeof address);
  }
}
void note_local(DatagramPeer& peer, const in6_pktinfo& info) noexcept {
  const in6_addr& address = info.ipi6_addr;
  if (is_multicast_v6(address) || IN6_IS_ADDR_UNSPECIFIED(&address)) {
    return;
  }
  DatagramPeerBytes::set_local(peer, &address, sizeof address);
  if (IN6_IS_ADDR_LINKLOCAL(&address)) {  // of one link, which the peer's address need not name
    DatagramPeerBytes::set_local_interface(peer, static_cast<std::uint32_t>(info.ipi6_ifindex));
  }
}

template <class Value>
Value value_of(const cmsghdr& control) noexcept {
  Value value;
  std::memcpy(&value, CMSG_DATA(&control), sizeof value);
  return value;
}

/// False, too, where the kernel had to cut the value, because an embedder asked for more than there
/// is room for. See MSG_CTRUNC in recvmsg(2).
template <class Value>
bool is(const cmsghdr& control, int level, int type) noexcept {
  return control.cmsg_level == level && control.cmsg_type == type &&
         control.cmsg_len >= CMSG_LEN(sizeof(Value));
}

/// Appends ancillary data to a message, one piece after the other.
class ControlWriter {
 public:
  explicit ControlWriter(msghdr& header) noexcept : header_(header) {
    // CMSG_FIRSTHDR looks at the length of all.
    header_.msg_controllen = kControlBytes;
    next_ = CMSG_FIRSTHDR(&header_);
  }

  template <class Value>
  void add(int level, int type, const Value& value) noexcept {
    static_assert(CMSG_SPACE(sizeof(Value)) <= kControlBytes / 2);
    next_->cmsg_level = level;
    next_->cmsg_type = type;
    next_->cmsg_len = static_cast<decltype(next_->cmsg_len)>(CMSG_LEN(sizeof value));
    std::memcpy(CMSG_DATA(next_), &value, sizeof value);
    bytes_ += CMSG_SPACE(sizeof value);
    next_ = reinterpret_cast<cmsghdr*>(static_cast<std::byte*>(header_.msg_control) + bytes_);
  }

  void end() noexcept {
    if (bytes_ == 0) {
      header_.msg_control = nullptr;  // the BSDs refuse a pointer to nothing
    }
    header_.msg_controllen = static_cast<decltype(header_.msg_controllen)>(bytes_);
  }

 private:
  msghdr& header_;
  cmsghdr* next_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::error_code ask_for_local_address(int fd, int domain) noexcept {
  if (domain == AF_INET6) {
    return socket::set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  }
#if defined(IP_RECVPKTINFO)  // Solaris' name, and macOS'
  return socket::set_option(fd, IPPROTO_IP, IP_RECVPKTINFO, 1);
#elif defined(IP_PKTINFO)
  return socket::set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
#else  // FreeBSD and OpenBSD
  return socket::set_option(fd, IPPROTO_IP, IP_RECVDSTADDR, 1);
#endif
}

bool has_gso([[maybe_unused]] int fd) noexcept {
#if defined(UDP_SEGMENT)
  return !socket::set_option(fd, IPPROTO_UDP, UDP_SEGMENT, 0);  // 0: as without it
#else
  return false;
#endif
}

bool switch_gro_on([[maybe_unused]] int fd) noexcept {
#if defined(UDP_GRO)
  return !socket::set_option(fd, IPPROTO_UDP, UDP_GRO, 1);
#else
  return false;
#endif
}

std::size_t read_control(msghdr& header, DatagramPeer& peer) noexcept {
  std::size_t segment_bytes = 0;
  for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
       control = CMSG_NXTHDR(&header, control)) {
    if (is<in6_pktinfo>(*control, IPPROTO_IPV6, IPV6_PKTINFO)) {
      note_local(peer, value_of<in6_pktinfo>(*control));
      continue;
    }
#if defined(IP_PKTINFO)
    if (is<in_pktinfo>(*control, IPPROTO_IP, IP_PKTINFO)) {
      // The address to answer from, where the kernel says it: that of a broadcast is ipi_addr.
      const auto info = value_of<in_pktinfo>(*control);
      note_local(peer, info.ipi_spec_dst.s_addr != INADDR_ANY ? info.ipi_spec_dst : info.ipi_addr);
      continue;
    }
#elif defined(IP_RECVDSTADDR)
    if (is<in_addr>(*control, IPPROTO_IP, IP_RECVDSTADDR)) {
      note_local(peer, value_of<in_addr>(*control));
      continue;
    }
#endif
#if defined(UDP_GRO)
    if (is<int>(*control, IPPROTO_UDP, UDP_GRO)) {
      segment_bytes = static_cast<std::size_t>(std::max(value_of<int>(*control), 0));
    }
#endif
  }
  return segment_bytes;
}

void write_control(msghdr& header, const DatagramPeer& peer, std::size_t segment_bytes) noexcept {
  ControlWriter writer(header);
  if (DatagramPeerBytes::local_bytes(peer) == sizeof(in6_addr)) {
    in6_pktinfo info{};  // interface 0: the route's
    info.ipi6_ifindex =
        static_cast<decltype(info.ipi6_ifindex)>(DatagramPeerBytes::local_interface(peer));
    std::memcpy(&info.ipi6_addr, DatagramPeerBytes::local(peer), sizeof info.ipi6_addr);
    writer.add(IPPROTO_IPV6, IPV6_PKTINFO, info);
  } else if (DatagramPeerBytes::local_bytes(peer) == sizeof(in_addr)) {
#if defined(IP_PKTINFO)
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, DatagramPeerBytes::local(peer), sizeof info.ipi_spec_dst);
    writer.add(IPPROTO_IP, IP_PKTINFO, info);
#elif defined(IP_SENDSRCADDR)
    in_addr address{};
    std::memcpy(&address, DatagramPeerBytes::local(peer), sizeof address);
    writer.add(IPPROTO_IP, IP_SENDSRCADDR, address);
#endif
  }
#if defined(UDP_SEGMENT)
  if (segment_bytes > 0) {
    writer.add(IPPROTO_UDP, UDP_SEGMENT, static_cast<std::uint16_t>(segment_bytes));
  }
#endif
  (void)segment_bytes;  // there is no message of several where the system has no GSO
  writer.end();
}

}  // namespace halo
