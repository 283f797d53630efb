#pragma once

#include <cstddef>
#include <cstdint>
#include <system_error>

#include "bench/load/lane_opener.hpp"

namespace halo::bench {

/// Connects many times to one server. *Owner:* a Load. *Thread:* the loop's.
///
/// A loopback address has some 28,000 ports to connect from, so each 20,000 connections come from
/// an address of their own, 127.0.0.1 to 127.0.0.16, where the system has these.
class ConnectionOpener {
 public:
  /// `began`: when this connection's attempt did.
  using OnOpened = UniqueFunction<void(OwnedFd socket, TimePoint began)>;
  using OnFailed = UniqueFunction<void(std::error_code why)>;

  ConnectionOpener(EventLoop& loop, const Endpoint& server, Duration timeout, OnOpened on_opened,
                   OnFailed on_failed);

  /// Opens `count` more. One of the callbacks is called for each, never during this call.
  void open(std::size_t count);

  /// Opens no more than what is under way.
  void forget_waiting() noexcept { lanes_.forget_waiting(); }

 private:
  OnOpened on_opened_;
  OnFailed on_failed_;
  load::LaneOpener lanes_;  // a lane stands for a source address
  std::uint64_t begun_ = 0;
};

}  // namespace halo::bench
