#include "reactor/timer_queue.hpp"

#include <utility>

#include "reactor/check.hpp"

namespace halo {

std::uint64_t TimerQueue::to_wheel(TimePoint time) const noexcept {
  return time <= zero_ ? 0 : static_cast<std::uint64_t>((time - zero_).count());
}

TimerId TimerQueue::add(TimePoint deadline, Duration period, UniqueFunction<void()> callback) {
  HALO_CHECK(static_cast<bool>(callback), "a timer needs a callback");
  HALO_CHECK(period >= Duration::zero(), "a period is not negative");
  auto [token, timer] = timers_.insert();
  timer->token = token;
  timer->deadline = to_wheel(deadline);
  timer->period = period;
  timer->callback = std::move(callback);
  wheel_.insert(*timer);
  return {token};
}

bool TimerQueue::cancel(TimerId id) noexcept {
  Timer* const timer = timers_.find(id.token);
  if (timer == nullptr) {
    return false;
  }
  if (timer->linked()) {  // not while its own callback runs
    wheel_.remove(*timer);
  }
  return timers_.erase(id.token);
}

bool TimerQueue::rearm(TimerId id, TimePoint deadline) noexcept {
  Timer* const timer = timers_.find(id.token);
  if (timer == nullptr) {
    return false;
  }
  if (timer->linked()) {
    wheel_.remove(*timer);
  }
  timer->deadline = to_wheel(deadline);
  wheel_.insert(*timer);
  return true;
}

std::size_t TimerQueue::run_due(TimePoint now, std::size_t timers_max) {
  if (timers_.size() == 0) {
    return 0;
  }
  wheel_.advance(to_wheel(now));
  std::size_t count = 0;
  while (count < timers_max) {
    TimerLink* const link = wheel_.pop_due();
    if (link == nullptr) {
      break;
    }
    ++count;
    run(static_cast<Timer&>(*link), now);
  }
  return count;
}

void TimerQueue::run(Timer& timer, TimePoint now) {
  // Moved out, because the callback may cancel its own timer, which destroys what is in the slab.
  UniqueFunction<void()> callback = std::move(timer.callback);
  const Token token = timer.token;
  if (timer.period == Duration::zero()) {
    timers_.erase(token);
    callback();
    return;
  }
  struct CancelUnlessDone {  // a periodic timer that throws is over
    TimerQueue& queue;
    Token token;
    bool done = false;
    ~CancelUnlessDone() {
      if (!done) {
        queue.cancel({token});
      }
    }
  } guard{*this, token};
  callback();
  guard.done = true;
  Timer* const again = timers_.find(token);
  if (again == nullptr) {
    return;  // cancelled by its own callback
  }
  again->callback = std::move(callback);
  if (!again->linked()) {  // linked: re-armed by its own callback
    // Beats that were missed are skipped, not made up for: a late loop must not run a burst.
    const TimePoint planned = zero_ + Duration(static_cast<Duration::rep>(again->deadline));
    const TimePoint next = saturating_add(planned, again->period);
    again->deadline = to_wheel(next > now ? next : saturating_add(now, again->period));
    wheel_.insert(*again);
  }
}

std::optional<TimePoint> TimerQueue::next_deadline() noexcept {
  if (timers_.size() == 0) {
    return std::nullopt;
  }
  const std::optional<std::uint64_t> deadline = wheel_.next_deadline();
  if (!deadline.has_value()) {
    return std::nullopt;
  }
  if (*deadline > static_cast<std::uint64_t>(INT64_MAX)) {
    return TimePoint::max();
  }
  return saturating_add(zero_, Duration(static_cast<Duration::rep>(*deadline)));
}

}  // namespace halo
