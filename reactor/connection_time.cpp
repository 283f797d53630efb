// How long a connection waits: for its peer, for its message, for its end.

#include <algorithm>

#include "reactor/connection.hpp"
#include "reactor/error.hpp"
#include "reactor/internal/connection_rooms.hpp"

namespace halo {
namespace {

TimePoint after(TimePoint begin, Duration limit) noexcept {
  return limit > Duration::zero() ? saturating_add(begin, limit) : TimePoint::max();
}

}  // namespace

TimePoint Connection::deadline_unless_open() const noexcept {
  const ConnectionOptions& options = rooms_.options;
  if (state_ == State::kLingering) {
    return after(active_at_, options.linger_timeout);
  }
  const Duration pause = state_ == State::kFlushing ? options.flush_timeout : idle_timeout_;
  const TimePoint opened =
      stream_opening_ ? after(message_at_, options.handshake_timeout) : TimePoint::max();
  return std::min(opened, after(active_at_, pause));
}

TimePoint Connection::deadline() const noexcept {
  const ConnectionOptions& options = rooms_.options;
  if (state_ != State::kOpen) {
    return deadline_unless_open();
  }
  TimePoint deadline = TimePoint::max();
  // While the handler has paused, the next move is its own, not the peer's.
  if (idle_timeout_ > Duration::zero() && (reading() || !unsent_.empty())) {
    deadline = saturating_add(active_at_, idle_timeout_);
  }
  if (options.message_timeout > Duration::zero() && message_begun_ && reading()) {
    deadline = std::min(deadline, saturating_add(message_at_, options.message_timeout));
  }
  return deadline;
}

/// Lazy: activity only moves `active_at_`; the timer finds out when it runs.
void Connection::arm_timer() {
  const bool timeless = idle_timeout_ == Duration::zero() &&
                        rooms_.options.message_timeout == Duration::zero() &&
                        state_ == State::kOpen;
  if (timeless) {
    return;
  }
  const TimePoint at = deadline();
  if (at == TimePoint::max() || (timer_ && timer_at_ <= at)) {
    return;
  }
  const Duration delay = at - loop_.now();
  if (!timer_ || !loop_.rearm(timer_, delay)) {
    timer_ = loop_.run_after(delay, [this] { on_timer(); });
  }
  timer_at_ = at;
}

void Connection::on_timer() {
  timer_ = {};
  const TimePoint now = loop_.now();
  if (now < deadline()) {
    arm_timer();
    return;
  }
  if (state_ == State::kLingering) {
    close_now({}, false);
    return;
  }
  close_now(timeout_reason(), !unsent_.empty());
}

/// Which of the limits is over.
std::error_code Connection::timeout_reason() const noexcept {
  const ConnectionOptions& options = rooms_.options;
  const TimePoint now = loop_.now();
  if (stream_opening_) {
    return now >= after(message_at_, options.handshake_timeout) ? Errc::kHandshakeTimeout
                                                                : Errc::kIdleTimeout;
  }
  const bool message_late =
      message_begun_ && reading() && now >= after(message_at_, options.message_timeout);
  return message_late ? Errc::kMessageTimeout : Errc::kIdleTimeout;
}

void Connection::set_idle_timeout(Duration timeout) {
  idle_timeout_ = timeout;
  active_at_ = loop_.now();
  if (state_ != State::kClosed) {
    arm_timer();
  }
}

}  // namespace halo
