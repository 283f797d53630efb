#pragma once

// Where the datagrams of one socket arrive.

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "reactor/datagram.hpp"
#include "reactor/internal/udp_calls.hpp"
#include "reactor/internal/udp_control.hpp"

namespace halo {

/// Receives messages in batches and cuts them into datagrams.
/// *Owner:* a UdpSocket. *Thread:* the loop's.
///
/// 1. Each message has a window of its own that holds the longest there is, a GRO message of 64
///    KiB, so that nothing is ever cut here. 64 windows are 4 MiB of addresses, but only as much
///    memory as was ever written to: for short datagrams a page each.
/// 2. Windows do not begin at multiples of 64 KiB, where all would compete for the same few lines
///    of the processor's caches.
/// 3. Nothing is allocated after the construction.
class DatagramInbox {
 public:
  /// `messages`: windows, at least one. `with_control`: whether ancillary data is to come.
  DatagramInbox(std::size_t messages, bool with_control);

  /// Forgets what was received, and receives at most `messages_max`. Fails as UdpCalls::receive.
  Result<std::size_t> receive(int fd, const UdpCalls& calls, std::size_t messages_max) noexcept;

  /// Puts the next datagrams of what was received into `out`, from its front; returns how many.
  /// They stay valid until `receive`.
  std::size_t take(std::span<Datagram> out) noexcept;

  std::size_t messages_max() const noexcept { return messages_.size(); }
  /// Messages that the kernel had put together, of those that were received last.
  std::size_t coalesced() const noexcept { return coalesced_; }
  /// Datagrams in what was received last.
  std::size_t datagrams() const noexcept { return datagrams_; }

 private:
  struct alignas(8) Control {
    std::array<std::byte, kControlBytes> bytes;
  };

  void open_window(std::size_t index) noexcept;
  void read_message(std::size_t index) noexcept;

  std::unique_ptr<std::byte[]> windows_;  // not cleared: a page that is not used costs nothing
  std::vector<UdpMessage> messages_;
  std::vector<iovec> places_;
  std::vector<DatagramPeer> peers_;
  std::vector<Control> controls_;           // empty: no ancillary data
  std::vector<std::size_t> segment_bytes_;  // of the datagrams in a message; the last is shorter
  std::size_t received_ = 0;                // messages
  std::size_t next_ = 0;                    // message to take from
  std::size_t taken_bytes_ = 0;             // of that message
  std::size_t coalesced_ = 0;
  std::size_t datagrams_ = 0;
};

}  // namespace halo
