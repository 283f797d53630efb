#include "reactor/internal/datagram_inbox.hpp"

#include <algorithm>

#include "reactor/check.hpp"
#include "reactor/internal/datagram_peer_bytes.hpp"

namespace halo {
namespace {

constexpr std::size_t kWindowBytes = 64 * 1024;
// Three lines of 64 bytes: windows begin in different sets of the caches.
constexpr std::size_t kStrideBytes = kWindowBytes + 192;
static_assert(kWindowBytes >= kDatagramBytesMax + 20, "IPv6's longest datagram fits");

}  // namespace

DatagramInbox::DatagramInbox(std::size_t messages, bool with_control)
    : windows_(new std::byte[messages * kStrideBytes]),
      messages_(messages),
      places_(messages),
      peers_(messages),
      controls_(with_control ? messages : 0),
      segment_bytes_(messages) {
  HALO_CHECK(messages > 0, "an inbox has a window");
  for (std::size_t i = 0; i < messages; ++i) {
    places_[i] = {windows_.get() + i * kStrideBytes, kWindowBytes};
    msghdr& header = messages_[i].header;
    header = {};
    header.msg_iov = &places_[i];
    header.msg_iovlen = 1;
    header.msg_name = DatagramPeerBytes::name(peers_[i]);
    header.msg_control = with_control ? controls_[i].bytes.data() : nullptr;
    open_window(i);
  }
}

/// recvmsg(2) overwrites the lengths.
void DatagramInbox::open_window(std::size_t index) noexcept {
  msghdr& header = messages_[index].header;
  header.msg_namelen = static_cast<socklen_t>(DatagramPeerBytes::kNameBytes);
  header.msg_controllen =
      static_cast<decltype(header.msg_controllen)>(controls_.empty() ? 0 : kControlBytes);
}

Result<std::size_t> DatagramInbox::receive(int fd, const UdpCalls& calls,
                                           std::size_t messages_max) noexcept {
  for (std::size_t i = 0; i < received_; ++i) {
    open_window(i);
  }
  received_ = next_ = taken_bytes_ = coalesced_ = datagrams_ = 0;
  const std::size_t count = std::clamp<std::size_t>(messages_max, 1, messages_.size());
  const Result<std::size_t> received = calls.receive(fd, std::span(messages_).first(count));
  if (!received) {
    // On an error the kernel may have touched the first one.
    open_window(0);
    return received;
  }
  received_ = *received;
  for (std::size_t i = 0; i < received_; ++i) {
    read_message(i);
  }
  return received;
}

void DatagramInbox::read_message(std::size_t index) noexcept {
  UdpMessage& message = messages_[index];
  DatagramPeer& peer = peers_[index];
  DatagramPeerBytes::set_name_bytes(peer, message.header.msg_namelen);
  DatagramPeerBytes::forget_local(peer);
  const std::size_t segment_bytes = controls_.empty() ? 0 : read_control(message.header, peer);
  const bool coalesced = segment_bytes > 0 && segment_bytes < message.bytes;
  segment_bytes_[index] = coalesced ? segment_bytes : message.bytes;
  coalesced_ += coalesced ? 1 : 0;
  datagrams_ += coalesced ? (message.bytes + segment_bytes - 1) / segment_bytes : 1;
}

std::size_t DatagramInbox::take(std::span<Datagram> out) noexcept {
  std::size_t count = 0;
  while (count < out.size() && next_ < received_) {
    const UdpMessage& message = messages_[next_];
    const std::size_t bytes = std::min(segment_bytes_[next_], message.bytes - taken_bytes_);
    const auto* const window = static_cast<const std::byte*>(places_[next_].iov_base);
    out[count++] = {{window + taken_bytes_, bytes},
                    &peers_[next_],
                    (message.header.msg_flags & MSG_TRUNC) != 0};
    taken_bytes_ += bytes;
    if (taken_bytes_ == message.bytes) {
      ++next_;
      taken_bytes_ = 0;
    }
  }
  return count;
}

}  // namespace halo
