#pragma once

// A DatagramPeer as the kernel reads and writes it.

#include <sys/socket.h>

#include <cstring>

#include "reactor/datagram.hpp"

namespace halo {

struct DatagramPeerBytes {
  static constexpr std::size_t kNameBytes = DatagramPeer::kNameBytes;

  static void* name(DatagramPeer& peer) noexcept { return peer.name_.data(); }
  static socklen_t name_bytes(const DatagramPeer& peer) noexcept { return peer.name_bytes_; }
  static void set_name_bytes(DatagramPeer& peer, socklen_t bytes) noexcept {
    peer.name_bytes_ = static_cast<std::uint8_t>(bytes);
  }

  static std::size_t local_bytes(const DatagramPeer& peer) noexcept { return peer.local_bytes_; }
  static const void* local(const DatagramPeer& peer) noexcept { return peer.local_.data(); }
  static std::uint32_t local_interface(const DatagramPeer& peer) noexcept {
    return peer.local_interface_;
  }
  static void set_local_interface(DatagramPeer& peer, std::uint32_t index) noexcept {
    peer.local_interface_ = index;
  }
  /// `bytes`: 4 or 16.
  static void set_local(DatagramPeer& peer, const void* address, std::size_t bytes) noexcept {
    std::memcpy(peer.local_.data(), address, bytes);
    peer.local_bytes_ = static_cast<std::uint8_t>(bytes);
  }
  /// Whose bits differ from peer to peer, as a rule.
  static std::size_t hash(const DatagramPeer& peer) noexcept {
    std::uint64_t words[3];
    std::memcpy(words, peer.name_.data(), sizeof words);
    return ((words[0] ^ words[1] ^ words[2]) * 0x9e3779b97f4a7c15U) >> 48;
  }

  static void forget_local(DatagramPeer& peer) noexcept {
    peer.local_ = {};
    peer.local_bytes_ = 0;
    peer.local_interface_ = 0;
  }
};

}  // namespace halo
