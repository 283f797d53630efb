// A driver's seconds: where intervals and the window begin and end.

#include <algorithm>
#include <utility>

#include "bench/load/driver.hpp"

namespace halo::bench::load {

void Driver::await_tick() {
  tick_timer_ = loop_.run_after(next_tick_ - loop_.now(), [this] {
    const TimePoint now = clock_now();
    if (state_ == State::kAsking) {
      pump(now);
    } else {
      tick(now);
    }
    if (state_ != State::kDone) {
      await_tick();
    }
  });
}

/// Ends the intervals that are over, however late we are.
void Driver::tick(TimePoint now) {
  while (now >= next_tick_ && (state_ == State::kAsking || state_ == State::kDraining)) {
    const TimePoint at = next_tick_;
    if (at == window_end_) {
      ask_due(now);  // what we are late for ourselves is not missed
    }
    end_interval(at);
    next_tick_ = at + kIntervalLength;
    if (at < window_end_ && window_end_ < next_tick_) {
      next_tick_ = window_end_;
    }
    if (at == window_begin_) {
      open_window();
    }
    if (at == window_end_) {
      close_window(at);
    }
  }
}

void Driver::end_interval(TimePoint at) {
  const bool empty = interval_.asked == 0 && interval_.answered == 0 && interval_.failed == 0;
  if (at <= interval_begin_ && empty) {  // without a length there may still be the last answers
    return;
  }
  interval_.begin = interval_begin_ - window_begin_;
  interval_.length = std::max(at - interval_begin_, Duration::zero());
  interval_.open = open_;
  if (due_ && state_ == State::kAsking) {
    due_->take_before(std::min(at, window_end_) - begin_);
    interval_.behind = due_->taken() > next_->taken() ? due_->taken() - next_->taken() : 0;
  }
  if (interval_.counted) {
    tallies_.latency.merge(interval_.latency);
  }
  if (on_interval_) {
    on_interval_(interval_);
  }
  const bool counted = interval_.counted;
  Latency latency = std::move(interval_.latency);  // keeps its memory
  latency.clear();
  interval_ = {};
  interval_.counted = counted;
  interval_.latency = std::move(latency);
  interval_begin_ = std::max(at, interval_begin_);
}

void Driver::open_window() {
  if (due_) {
    due_->take_before(window_begin_ - begin_);
    due_before_ = due_->taken();
  }
  interval_.counted = true;
}

/// From now on nothing is asked; what is due and was not sent is missed.
void Driver::close_window(TimePoint at) {
  tallies_.length = std::max(at - window_begin_, Duration::zero());
  if (due_ && interval_.counted) {
    due_->take_before(at - begin_);
    tallies_.due = due_->taken() - std::min(due_before_, due_->taken());
    tallies_.missed = tallies_.due - std::min(tallies_.asked, tallies_.due);
  } else {
    tallies_.due = tallies_.asked;
  }
  loop_.cancel(due_timer_);
  state_ = State::kDraining;
  if (books_.size() == 0) {
    end_interval(at);
    state_ = State::kDone;
  }
}

}  // namespace halo::bench::load
