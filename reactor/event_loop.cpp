#include "reactor/event_loop.hpp"

#include <algorithm>
#include <utility>

#include "reactor/check.hpp"
#include "reactor/limits.hpp"

namespace halo {

/// Marks the calling thread as the loop's for the time of a call; nested calls are a bug.
class EventLoop::Turn {
 public:
  explicit Turn(EventLoop& loop) : loop_(loop) {
    std::thread::id nobody{};
    const bool entered = loop_.thread_.compare_exchange_strong(nobody, std::this_thread::get_id(),
                                                               std::memory_order_acq_rel);
    HALO_CHECK(entered, "a loop is run by one thread at a time, and not from its own callbacks");
  }
  ~Turn() { loop_.thread_.store(std::thread::id{}, std::memory_order_release); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  EventLoop& loop_;
};

Result<std::unique_ptr<EventLoop>> EventLoop::create(PollerKind kind, const Clock& clock) {
  Result<std::unique_ptr<Poller>> poller = make_poller(kind);
  if (!poller) {
    return poller.error();
  }
  return std::unique_ptr<EventLoop>(new EventLoop(std::move(*poller), clock));
}

EventLoop::EventLoop(std::unique_ptr<Poller> poller, const Clock& clock)
    : poller_(std::move(poller)),
      clock_(clock),
      now_(clock.now()),
      timers_(now_),
      events_(limits::kEventsPerWait),
      read_buffer_(limits::kReadBytesMax) {}

EventLoop::~EventLoop() {
  HALO_CHECK(thread_.load() == std::thread::id{}, "a loop is destroyed while it runs");
  reap();  // objects that were closed after the last iteration
}

void EventLoop::run() {
  const Turn inside(*this);
  while (!stop_.load(std::memory_order_acquire)) {
    turn(std::nullopt);
  }
  stop_.store(false, std::memory_order_relaxed);
}

std::size_t EventLoop::run_once(std::optional<Duration> wait_max) {
  const Turn inside(*this);
  const std::size_t served = turn(wait_max);
  stop_.store(false, std::memory_order_relaxed);
  return served;
}

std::size_t EventLoop::turn(std::optional<Duration> wait_max) {
  const Result<std::size_t> ready = poller_->wait(events_, wait_limit(wait_max));
  tasks_.awake();
  now_ = clock_.now();
  HALO_CHECK(ready.has_value(), "the poller's own descriptor is broken");
  std::size_t served = dispatch({events_.data(), *ready});
  served += timers_.run_due(now_, limits::kTimersPerTurn);
  served += tasks_.run(limits::kTasksPerTurn);
  flush();
  reap();
  return served;
}

std::optional<Duration> EventLoop::wait_limit(std::optional<Duration> wait_max) noexcept {
  const bool left_over = !to_flush_.empty() || next_flush_ < flushing_.size() || !to_reap_.empty();
  if (left_over || stop_.load(std::memory_order_acquire) || !tasks_.prepare_to_sleep()) {
    return Duration::zero();
  }
  const std::optional<TimePoint> next = timers_.next_deadline();
  if (next.has_value()) {
    // Not now_: the callbacks of this iteration took time.
    const Duration until = std::max(*next - clock_.now(), Duration::zero());
    return wait_max.has_value() ? std::min(*wait_max, until) : until;
  }
  return wait_max;
}

/// Among many connections each is cold when its turn comes, because the kernel's work for the
/// others has filled the cache meanwhile. What the next events need is fetched while this one is
/// served: first the watch, then, an event later, the handler that it names.
void EventLoop::prefetch(std::span<const Event> coming) noexcept {
  if (coming.size() > 1) {
    watches_.prefetch(coming[1].token);
  }
  const Watch* const next = coming.empty() ? nullptr : watches_.find(coming[0].token);
  if (next != nullptr) {
    const char* const object = reinterpret_cast<const char*>(next->handler);
    __builtin_prefetch(object);
    __builtin_prefetch(object + 64);
    __builtin_prefetch(object + 128);
  }
}

std::size_t EventLoop::dispatch(std::span<const Event> events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    prefetch(events.subspan(i + 1));
    const Event& event = events[i];
    const Watch* const watch = watches_.find(event.token);
    if (watch == nullptr) {
      continue;  // ended by an earlier callback of this batch
    }
    const Interest ready = event.ready & watch->interest;
    if (ready != Interest::kNone) {
      watch->handler->on_ready({event.token, ready, event.hangup});
    }
  }
  return events.size();
}

void EventLoop::flush() {
  if (next_flush_ == flushing_.size()) {  // else the rest of a flush that threw comes first
    if (to_flush_.empty()) {
      return;
    }
    flushing_.clear();
    next_flush_ = 0;
    flushing_.swap(to_flush_);  // what a flush itself asks for waits for the next iteration
  }
  while (next_flush_ < flushing_.size()) {
    Watch* const watch = watches_.find(flushing_[next_flush_++]);
    if (watch != nullptr) {
      watch->flush_queued = false;
      watch->handler->on_flush();
    }
  }
}

void EventLoop::reap() {
  if (to_reap_.empty()) {
    return;
  }
  for (std::size_t i = 0; i < to_reap_.size(); ++i) {  // may grow
    UniqueFunction<void()> destroy = std::move(to_reap_[i]);
    if (destroy) {  // empty: ran, and threw, in an earlier attempt
      destroy();
    }
  }
  to_reap_.clear();
}

void EventLoop::stop() noexcept {
  stop_.store(true, std::memory_order_release);
  poller_->wake();
}

void EventLoop::post(UniqueFunction<void()> task) {
  if (tasks_.push(std::move(task))) {
    poller_->wake();
  }
}

TimerId EventLoop::run_after(Duration delay, UniqueFunction<void()> callback) {
  check_thread();
  return timers_.add(saturating_add(now(), delay), Duration::zero(), std::move(callback));
}

TimerId EventLoop::run_every(Duration period, UniqueFunction<void()> callback) {
  check_thread();
  HALO_CHECK(period > Duration::zero(), "a period is longer than nothing");
  return timers_.add(saturating_add(now(), period), period, std::move(callback));
}

bool EventLoop::rearm(TimerId id, Duration delay) noexcept {
  check_thread();
  return timers_.rearm(id, saturating_add(now(), delay));
}

bool EventLoop::cancel(TimerId id) noexcept {
  check_thread();
  return timers_.cancel(id);
}

Result<Token> EventLoop::watch(int fd, Interest interest, IoHandler& handler) {
  check_thread();
  const Token token = watches_.insert(Watch{&handler, fd, interest}).first;
  if (const std::error_code error = poller_->add(fd, token, interest)) {
    watches_.erase(token);
    return error;
  }
  return token;
}

std::error_code EventLoop::rewatch(Token token, Interest interest) {
  check_thread();
  Watch* const watch = watches_.find(token);
  HALO_CHECK(watch != nullptr, "a watch is changed after its end");
  if (watch->interest == interest) {
    return {};
  }
  const std::error_code error = poller_->add(watch->fd, token, interest);
  if (!error) {
    watch->interest = interest;
  }
  return error;
}

void EventLoop::unwatch(Token token) noexcept {
  check_thread();
  const Watch* const watch = watches_.find(token);
  if (watch != nullptr) {
    (void)poller_->remove(watch->fd);  // it leaves the kernel's set with its close at the latest
    watches_.erase(token);
  }
}

void EventLoop::flush_later(Token token) {
  check_thread();
  Watch* const watch = watches_.find(token);
  if (watch != nullptr && !watch->flush_queued) {
    watch->flush_queued = true;
    to_flush_.push_back(token);
  }
}

void EventLoop::reap_later(UniqueFunction<void()> destroy) {
  check_thread();
  to_reap_.push_back(std::move(destroy));
}

IoHandler* EventLoop::find_handler(Token token) noexcept {
  check_thread();
  const Watch* const watch = watches_.find(token);
  return watch == nullptr ? nullptr : watch->handler;
}

void EventLoop::reap_if_outside() {
  if (callbacks_ == 0 && thread_.load(std::memory_order_relaxed) == std::thread::id{}) {
    const Turn inside(*this);
    reap();
  }
}

}  // namespace halo
