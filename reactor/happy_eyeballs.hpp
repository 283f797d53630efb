#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <system_error>
#include <vector>

#include "reactor/connector.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/result.hpp"
#include "reactor/time.hpp"
#include "reactor/unique_function.hpp"

namespace halo {

struct HappyEyeballsOptions {
  /// From one attempt to the next, while none has failed. *See:* RFC 8305, section 8.
  Duration attempt_delay = std::chrono::milliseconds(250);
  /// From the call to an established connection; zero: as long as the kernel tries.
  Duration timeout = std::chrono::seconds(10);
};

/// The order in which `endpoints` are tried: as they came, which is the system's order of
/// preference (RFC 6724), but with the families taking turns, so that one that is broken costs one
/// delay and no more; each once, at most limits::kConnectAttemptsMax.
/// *See:* RFC 8305, section 4.
std::vector<Endpoint> interleave_families(const std::vector<Endpoint>& endpoints);

/// Makes one connection to a host that has several addresses. While an attempt hangs the next one
/// begins; the first to succeed wins, and the others are closed.
/// *Owner:* whoever wants it; destroying it abandons the attempts. *Thread:* the loop's.
/// *See:* RFC 8305, section 5.
class HappyEyeballs {
 public:
  using OnConnect = Connector::OnConnect;

  explicit HappyEyeballs(EventLoop& loop) : loop_(loop) {}
  HappyEyeballs(const HappyEyeballs&) = delete;
  HappyEyeballs& operator=(const HappyEyeballs&) = delete;
  ~HappyEyeballs();

  /// Connects to one of `endpoints` and calls `on_connect` once, never during this call. It gets a
  /// connected, non-blocking socket; or, when all attempts have failed, what tells most of the
  /// reason: a lack of resources here, then an answer of the host (ECONNREFUSED), then of the
  /// network; kConnectTimeout when time ran out; EDESTADDRREQ when there are no endpoints. The
  /// callback may destroy this. One race at a time.
  void connect(const std::vector<Endpoint>& endpoints, OnConnect on_connect,
               const HappyEyeballsOptions& options = {});

  /// Abandons all attempts; the callback is not called.
  void cancel() noexcept;

  bool connecting() const noexcept { return static_cast<bool>(on_connect_); }

 private:
  void start_next();
  void on_attempt(std::size_t attempt, Result<OwnedFd> outcome);
  void finish(Result<OwnedFd> outcome);

  EventLoop& loop_;
  OnConnect on_connect_;
  std::vector<Endpoint> endpoints_;
  std::vector<std::unique_ptr<Connector>> attempts_;  // one for each endpoint tried so far
  std::size_t failed_ = 0;
  std::error_code most_telling_;
  Duration attempt_delay_{};
  TimerId next_timer_;
  TimerId timeout_timer_;
};

}  // namespace halo
