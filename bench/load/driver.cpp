#include "bench/load/driver.hpp"

#include <algorithm>
#include <utility>

#include "bench/error_counts.hpp"
#include "bench/loop_steps.hpp"
#include "reactor/check.hpp"

namespace halo::bench::load {
namespace {

constexpr Duration kForever = std::chrono::hours(24 * 365);
constexpr Duration kRampStep = std::chrono::milliseconds(10);  // of a closed loop

}  // namespace

Driver::Driver(EventLoop& loop, const DriverOptions& options, const LanesFactory& make_lanes,
               Stopped stopped, OnInterval on_interval)
    : loop_(loop),
      options_(options),
      stopped_(std::move(stopped)),
      on_interval_(std::move(on_interval)),
      books_(options.lanes, options.first_slot),
      lane_states_(options.lanes),
      lanes_(make_lanes(loop, *this, books_)) {
  HALO_CHECK(options.lanes >= 1 && options.depth >= 1, "somebody asks something");
  if (options.schedule) {
    next_.emplace(*options.schedule);
    due_.emplace(*options.schedule);
  }
}

Driver::~Driver() {
  for (const TimerId timer : {due_timer_, tick_timer_, time_out_timer_, retry_timer_}) {
    loop_.cancel(timer);
  }
}

std::size_t Driver::open(Duration limit) {
  for (std::uint32_t lane = 0; lane < options_.lanes; ++lane) {
    lanes_->open(lane);
  }
  const bool all =
      run_until(loop_, limit, [this] { return settled_ >= options_.lanes || stopped_(); });
  if (!all) {
    count_failure(tallies_.failures, {"connect: " + std::string(kTimeOut), {}},
                  options_.lanes - settled_);
  }
  tallies_.opened = open_;
  state_ = State::kWaiting;
  return open_;
}

void Driver::run(TimePoint begin) {
  const Timing& timing = options_.timing;
  begin_ = begin;
  window_begin_ = begin + timing.ramp + timing.warm_up;
  window_end_ = window_begin_ + timing.window;
  interval_begin_ = begin;
  const Duration before = timing.ramp + timing.warm_up;
  const Duration odd = before % kIntervalLength;
  next_tick_ = begin + (odd > Duration::zero() ? odd : kIntervalLength);
  next_tick_ = std::min(next_tick_, window_end_);
  if (begin == window_begin_) {
    open_window();
  }
  (void)run_until(loop_, begin - loop_.now(), [this] { return stopped_(); });
  state_ = State::kAsking;
  await_tick();
  await_time_out();
  pump(clock_now());
  (void)run_until(loop_, kForever, [this] { return state_ == State::kDone || stopped_(); });
  if (state_ == State::kAsking) {
    close_window(std::clamp(clock_now(), window_begin_, window_end_));
  }
  if (state_ != State::kDone) {
    end_interval(clock_now());
  }
  state_ = State::kDone;
  tallies_.unfinished += tallies_.asked - tallies_.answered - tallies_.failed;
}

/// When the next question wants to be sent, if there is one that does so before the end.
std::optional<TimePoint> Driver::next_due(TimePoint now) const {
  if (next_) {
    const TimePoint due = begin_ + next_->due();
    return due < window_end_ ? std::optional(due) : std::nullopt;
  }
  if (now >= window_end_) {
    return std::nullopt;
  }
  return books_.size() < under_way_max_ ? now : now + kRampStep;
}

/// A closed loop has no rate that could rise: it begins with a few questions under way.
void Driver::ramp_up(TimePoint now) {
  const Duration ramp = options_.timing.ramp;
  const std::size_t most = options_.lanes * options_.depth;
  if (now >= begin_ + ramp) {
    under_way_max_ = most;
    return;
  }
  const double share =
      std::chrono::duration<double>(now - begin_) / std::chrono::duration<double>(ramp);
  under_way_max_ = 1 + static_cast<std::size_t>(share * static_cast<double>(most - 1));
}

void Driver::pump(TimePoint now) {
  tick(now);
  if (!next_) {
    ramp_up(now);
  }
  ask_due(now);
  wait_for_due(now);
}

/// Asks what is due, as far as lanes are free. They ask in turn, so that a low rate spreads over
/// all of them.
void Driver::ask_due(TimePoint now) {
  while (state_ == State::kAsking && !ready_.empty()) {
    const std::optional<TimePoint> due = next_due(now);
    if (!due || *due > now) {
      break;
    }
    const std::uint32_t lane = ready_.front();
    ready_.pop_front();
    Lane& state = lane_states_[lane];
    state.queued = false;
    if (!state.open || state.free == 0) {
      continue;
    }
    if (--state.free > 0) {
      state.queued = true;
      ready_.push_back(lane);
    }
    if (next_) {
      next_->take();
    }
    ask(lane, *due, now);
  }
}

void Driver::ask(std::uint32_t lane, TimePoint intended, TimePoint now) {
  const Question question{intended, now, lane};
  const std::uint64_t number = books_.add(question);
  ++interval_.asked;
  tallies_.asked += in_window(question) ? 1 : 0;
  lanes_->ask(lane, number);
}

/// One timer for the next question, and none where no lane could take it: who gets free pumps.
void Driver::wait_for_due(TimePoint now) {
  if (state_ != State::kAsking || ready_.empty()) {
    return;
  }
  const std::optional<TimePoint> due = next_due(now);
  if (!due || (due_timer_ && wake_at_ <= *due)) {
    return;
  }
  loop_.cancel(due_timer_);
  wake_at_ = *due;
  due_timer_ = loop_.run_after(*due - loop_.now(), [this] {
    due_timer_ = {};
    const TimePoint woken = clock_now();
    if (next_) {
      tallies_.wake_delay.record(woken - wake_at_);
    }
    pump(woken);
  });
}

void Driver::on_answer(std::uint64_t number, std::string_view fault, TimePoint now) {
  tick(now);
  if (!fault.empty()) {
    fail(number, {std::string(fault), {}});
  } else {
    const Question question = books_.remove(number);
    lane_states_[question.lane].has_answered = true;
    const bool counted = in_window(question);
    tallies_.answered += counted ? 1 : 0;
    if (counted == interval_.counted) {
      ++interval_.answered;
      interval_.latency.service.record(now - question.sent);
      if (next_) {
        interval_.latency.response.record(now - question.intended);
      }
    }
    settle(question, now);
  }
}

/// A question has its outcome: its lane can take another one.
void Driver::settle(const Question& question, TimePoint now) {
  Lane& lane = lane_states_[question.lane];
  ++lane.free;
  if (lane.open && !lane.queued) {
    lane.queued = true;
    ready_.push_back(question.lane);
  }
  if (state_ == State::kAsking) {
    pump(now);
  } else if (state_ == State::kDraining && books_.size() == 0) {
    end_interval(now);
    state_ = State::kDone;
  }
}

void Driver::fail(std::uint64_t number, const Failure& why) {
  const Question question = books_.remove(number);
  const bool counted = in_window(question);
  interval_.failed += counted == interval_.counted ? 1 : 0;
  if (counted) {
    ++tallies_.failed;
    count_failure(tallies_.failures, why);
  } else {
    ++tallies_.failed_before;
  }
  settle(question, clock_now());
}

}  // namespace halo::bench::load
