#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "reactor/endpoint.hpp"
#include "reactor/result.hpp"

namespace halo {

/// Bytes of the longest datagram that can be sent: 65,535 less the headers of IPv4 and UDP. IPv6
/// could take 20 more; one bound for both keeps protocols the same on either.
/// *See:* RFC 768; RFC 791, section 3.1.
inline constexpr std::size_t kDatagramBytesMax = 65'507;

/// The other end of a datagram, and which of our addresses it came to, so that the answer leaves
/// from there. The kernel's own bytes: nothing is converted or allocated for each datagram.
/// A value; compare it, keep it, send to it. An IPv4 peer of a dual-stack socket has a mapped
/// address, ::ffff:a.b.c.d.
class DatagramPeer {
 public:
  /// Nobody: what is sent there fails.
  DatagramPeer() = default;

  /// Fails with kBadAddress for a Unix path.
  static Result<DatagramPeer> to(const Endpoint& endpoint);

  /// The peer's address and port.
  Endpoint endpoint() const;
  /// Our address that was asked, without a port; an unspecified one where it is not known, because
  /// the socket is bound to one address, or because a group was asked.
  Endpoint local() const;

  /// The peer's port. Zero cannot be answered.
  std::uint16_t port() const noexcept {
    // sin_port and sin6_port stand at the same place, in network order.
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(name_[2]) << 8 |
                                      std::to_integer<unsigned>(name_[3]));
  }
  /// Whether the peer has the very address that was asked: somebody on this machine.
  bool has_local_address() const noexcept;

  friend bool operator==(const DatagramPeer&, const DatagramPeer&) = default;

 private:
  friend struct DatagramPeerBytes;  // the rooms that talk to the kernel

  static constexpr std::size_t kNameBytes = 28;  // a sockaddr_in6, the larger one

  alignas(8) std::array<std::byte, kNameBytes> name_{};
  std::uint32_t local_interface_ = 0;  // whose address local_ is, where it is link-local
  std::uint8_t name_bytes_ = 0;        // 16 or 28
  std::uint8_t local_bytes_ = 0;       // 4, 16, or 0: not known
  std::array<std::byte, 16> local_{};
};

/// One datagram that has arrived. *Lifetime:* during the callback.
struct Datagram {
  std::span<const std::byte> bytes;    ///< may be empty
  const DatagramPeer* peer = nullptr;  ///< never null in a callback
  bool cut = false;                    ///< it was longer than what could be received
};

}  // namespace halo
