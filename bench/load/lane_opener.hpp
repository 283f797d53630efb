#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "reactor/connector.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/unique_function.hpp"

namespace halo::bench::load {

/// Connects lanes to one server, from several source addresses, with a bounded number of attempts
/// under way, so that many connections do not overflow the server's backlog.
/// *Owner:* StreamLanes, or a ConnectionOpener. *Thread:* the loop's.
class LaneOpener {
 public:
  static constexpr std::size_t kUnderWayMax = 256;

  /// `began`: when this lane's attempt did.
  using OnConnect =
      UniqueFunction<void(std::uint32_t lane, TimePoint began, Result<OwnedFd> socket)>;
  using Sources = std::vector<std::optional<Endpoint>>;

  /// `sources`: addresses of this machine, port 0, empty ones for the system's choice, as all are
  /// without any.
  LaneOpener(EventLoop& loop, const Endpoint& server, Sources sources, Duration timeout,
             OnConnect on_connect);

  /// Connects one more; the callback is called for it, never during this call. Lane n leaves from
  /// source n mod sources.
  void open(std::uint32_t lane);

  /// Connects no more than what is under way.
  void forget_waiting() noexcept { waiting_.clear(); }

 private:
  struct Attempt {
    explicit Attempt(EventLoop& loop) : connector(loop) {}

    Connector connector;
    std::uint32_t lane = 0;
    TimePoint began{};
  };

  void connect_next();
  void finish(std::size_t index, Result<OwnedFd> socket);

  EventLoop& loop_;
  const Endpoint server_;
  const Sources sources_;
  const Duration timeout_;
  OnConnect on_connect_;
  std::vector<std::unique_ptr<Attempt>> attempts_;
  std::vector<std::size_t> free_attempts_;
  std::deque<std::uint32_t> waiting_;
};

}  // namespace halo::bench::load
