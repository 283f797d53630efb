#pragma once

#include <cstddef>
#include <optional>

#include "reactor/slab.hpp"
#include "reactor/time.hpp"
#include "reactor/timer_wheel.hpp"
#include "reactor/token.hpp"
#include "reactor/unique_function.hpp"

namespace halo {

/// Names a timer; stays harmless when the timer has run or was cancelled.
struct TimerId {
  Token token;

  friend bool operator==(TimerId, TimerId) = default;
  explicit operator bool() const noexcept { return static_cast<bool>(token); }
};

/// Callbacks to run at a time: a TimerWheel with functions. *Owner:* an EventLoop. *Thread:* one.
///
/// 1. A timer never runs before its deadline; due timers run in order of deadline, then of arming.
/// 2. Which timers run is settled when `run_due` begins: one that is armed by a callback, even for
///    now, runs in the next turn; one that is cancelled by a callback does not run.
/// 3. A callback may arm, cancel and re-arm any timer, its own included. One that throws leaves the
///    queue whole: its timer is over, the others run in the next turn.
class TimerQueue {
 public:
  explicit TimerQueue(TimePoint zero) : zero_(zero) {}

  /// Runs `callback` at `deadline`, and then every `period` where that is not zero.
  TimerId add(TimePoint deadline, Duration period, UniqueFunction<void()> callback);

  /// False when the timer has run, or was cancelled, already.
  bool cancel(TimerId id) noexcept;

  /// Moves a timer to another deadline, its callback unchanged; false when it is over.
  bool rearm(TimerId id, TimePoint deadline) noexcept;

  /// Runs at most `timers_max` of those due at `now`; the rest stay due. Returns how many ran.
  std::size_t run_due(TimePoint now, std::size_t timers_max);

  /// No timer is due before this; empty: there is none. See TimerWheel::next_deadline.
  std::optional<TimePoint> next_deadline() noexcept;

  std::size_t size() const noexcept { return timers_.size(); }

 private:
  struct Timer : TimerLink {
    Token token;
    Duration period{};
    UniqueFunction<void()> callback;
  };

  std::uint64_t to_wheel(TimePoint time) const noexcept;
  void run(Timer& timer, TimePoint now);

  TimePoint zero_;
  TimerWheel wheel_;
  Slab<Timer> timers_;
};

}  // namespace halo
