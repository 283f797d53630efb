#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <system_error>
#include <vector>

#include "reactor/connector.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/unique_function.hpp"

namespace halo::bench {

/// Connects many times to one server, with a bounded number of attempts under way, so that a large
/// number of connections does not overflow the server's backlog. *Owner:* a Load. *Thread:* the
/// loop's.
///
/// A loopback address has some 28,000 ports to connect from, so each 20,000 connections come from
/// an address of their own, 127.0.0.1 to 127.0.0.16, where the system has these.
class ConnectionOpener {
 public:
  static constexpr std::size_t kUnderWayMax = 256;

  /// `began`: when this connection's attempt did.
  using OnOpened = UniqueFunction<void(OwnedFd socket, TimePoint began)>;
  using OnFailed = UniqueFunction<void(std::error_code why)>;

  ConnectionOpener(EventLoop& loop, const Endpoint& server, Duration timeout, OnOpened on_opened,
                   OnFailed on_failed);

  /// Opens `count` more. One of the callbacks is called for each, never during this call.
  void open(std::size_t count);

  /// Opens no more than what is under way.
  void forget_waiting() noexcept { waiting_ = 0; }

 private:
  struct Attempt {
    explicit Attempt(EventLoop& loop) : connector(loop) {}

    Connector connector;
    TimePoint began{};
  };

  void connect_next();
  void on_connect(std::size_t index, Result<OwnedFd> socket);
  std::optional<Endpoint> next_source() noexcept;

  EventLoop& loop_;
  Endpoint server_;
  Duration timeout_;
  OnOpened on_opened_;
  OnFailed on_failed_;
  std::vector<Endpoint> sources_;  // beside the system's own choice, 127.0.0.1
  std::vector<std::unique_ptr<Attempt>> attempts_;
  std::vector<std::size_t> free_attempts_;
  std::size_t waiting_ = 0;
  std::uint64_t begun_ = 0;
};

}  // namespace halo::bench
