#include "bench/load/lane_opener.hpp"

#include <utility>

#include "reactor/socket.hpp"

namespace halo::bench::load {

LaneOpener::LaneOpener(EventLoop& loop, const Endpoint& server, Sources sources, Duration timeout,
                       OnConnect on_connect)
    : loop_(loop),
      server_(server),
      sources_(std::move(sources)),
      timeout_(timeout),
      on_connect_(std::move(on_connect)) {}

void LaneOpener::open(std::uint32_t lane) {
  waiting_.push_back(lane);
  connect_next();
}

void LaneOpener::connect_next() {
  while (!waiting_.empty()) {
    if (free_attempts_.empty()) {
      if (attempts_.size() == kUnderWayMax) {
        return;
      }
      free_attempts_.push_back(attempts_.size());
      attempts_.push_back(std::make_unique<Attempt>(loop_));
    }
    const std::size_t index = free_attempts_.back();
    free_attempts_.pop_back();
    Attempt& attempt = *attempts_[index];
    attempt.lane = waiting_.front();
    waiting_.pop_front();
    attempt.began = monotonic_clock().now();
    ConnectOptions options;
    options.timeout = timeout_;
    if (!sources_.empty()) {
      options.from = sources_[attempt.lane % sources_.size()];
    }
    attempt.connector.connect(
        server_, [this, index](Result<OwnedFd> socket) { finish(index, std::move(socket)); },
        options);
  }
}

void LaneOpener::finish(std::size_t index, Result<OwnedFd> socket) {
  free_attempts_.push_back(index);
  if (socket) {
    (void)socket::set_no_delay(socket->get());  // slower, not wrong, without it
  }
  const Attempt& attempt = *attempts_[index];
  on_connect_(attempt.lane, attempt.began, std::move(socket));
  connect_next();
}

}  // namespace halo::bench::load
