// How long a session waits for its peer.

#include "protocols/http/internal/client_rooms.hpp"
#include "protocols/http/internal/client_session.hpp"
#include "reactor/error.hpp"

namespace halo::http {

/// When the exchange will have heard nothing for too long.
TimePoint ClientSession::silent_until() noexcept {
  const Exchange* const busy = exchange();
  if (busy == nullptr || busy->paused) {
    return TimePoint::max();
  }
  const Deadlines& deadlines = busy->deadlines;
  const Duration silence = busy->stage == Stage::kAwait ? deadlines.first_byte : deadlines.idle;
  return silence > Duration::zero() ? saturating_add(busy->active_at, silence) : TimePoint::max();
}

/// To be called when that may have come nearer; that it has moved away is found out late.
void ClientSession::watch_silence() {
  const TimePoint at = silent_until();
  if (at == TimePoint::max() || (silence_timer_ && silence_timer_at_ <= at)) {
    return;
  }
  rooms_.loop.cancel(silence_timer_);
  silence_timer_ = rooms_.loop.run_after(at - rooms_.loop.now(), [this] { on_silence_timer(); });
  silence_timer_at_ = at;
}

void ClientSession::on_silence_timer() {
  silence_timer_ = {};
  if (rooms_.loop.now() < silent_until()) {
    watch_silence();
    return;
  }
  const Token token = detach(State::kOver);
  abandon();
  rooms_.finish(token, Errc::kIdleTimeout);
}

}  // namespace halo::http
