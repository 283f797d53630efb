#pragma once

#include <optional>

#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/unique_function.hpp"

namespace halo {

struct ConnectOptions {
  /// From the call to an established connection; zero: as long as the kernel tries.
  Duration timeout = std::chrono::seconds(10);
  /// The source address, port 0 for any.
  std::optional<Endpoint> from;
};

/// Makes one connection. *Owner:* whoever wants it; destroying it abandons the attempt.
/// *Thread:* the loop's.
class Connector final : private IoHandler {
 public:
  /// A connected, non-blocking socket, or why there is none.
  using OnConnect = UniqueFunction<void(Result<OwnedFd> socket)>;

  explicit Connector(EventLoop& loop) : loop_(loop) {}
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;
  ~Connector();

  /// Connects to `to` and calls `on_connect` once, never during this call. It gets the system's
  /// word (ECONNREFUSED, EADDRNOTAVAIL, EMFILE, ...), kConnectTimeout or kSelfConnect. The callback
  /// may destroy the connector. One attempt at a time.
  void connect(const Endpoint& to, OnConnect on_connect, const ConnectOptions& options = {});

  /// Abandons the attempt; its callback is not called.
  void cancel() noexcept;

  bool connecting() const noexcept { return static_cast<bool>(on_connect_); }

 private:
  void on_ready(Event event) override;
  void finish(Result<OwnedFd> outcome);

  EventLoop& loop_;
  OwnedFd socket_;
  OnConnect on_connect_;
  Token watch_;
  TimerId timer_;
};

}  // namespace halo
