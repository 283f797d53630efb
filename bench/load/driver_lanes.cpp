// A driver's lanes: which are open, what becomes of their questions when one closes, and time-outs.

#include <string>
#include <utility>

#include "bench/error_counts.hpp"
#include "bench/load/driver.hpp"

namespace halo::bench::load {

void Driver::on_lane_open(std::uint32_t lane) {
  Lane& state = lane_states_[lane];
  state.open = true;
  state.has_answered = false;
  state.free = options_.depth;
  ++open_;
  tallies_.reopened += state.settled ? 1 : 0;
  settle_opening(lane);
  if (!state.queued) {
    state.queued = true;
    ready_.push_back(lane);
  }
  if (state_ == State::kAsking) {
    pump(clock_now());
  }
}

void Driver::settle_opening(std::uint32_t lane) {
  settled_ += lane_states_[lane].settled ? 0 : 1;
  lane_states_[lane].settled = true;
}

void Driver::on_lane_failed(std::uint32_t lane, const Failure& why) {
  count_failure(tallies_.failures, why);
  const bool first = !lane_states_[lane].settled;
  settle_opening(lane);
  if (!first) {
    retry(lane);
  }
}

void Driver::on_lane_closing(std::uint32_t lane) {
  Lane& state = lane_states_[lane];
  open_ -= state.open ? 1 : 0;
  state.open = false;
}

void Driver::on_lane_closed(std::uint32_t lane, const Failure& why) {
  on_lane_closing(lane);
  fail_all_of(lane, why.kind.empty() ? Failure{std::string(kClosedEarly), {}} : why);
  if (lane_states_[lane].has_answered && state_ == State::kAsking) {
    lanes_->open(lane);
  } else {
    retry(lane);
  }
}

void Driver::retry(std::uint32_t lane) {
  to_retry_.push_back(lane);
  if (to_retry_.size() > 1) {
    return;
  }
  retry_timer_ = loop_.run_after(kRetryDelay, [this] {
    const std::vector<std::uint32_t> lanes = std::exchange(to_retry_, {});
    for (const std::uint32_t closed : lanes) {
      if (state_ < State::kDraining) {
        lanes_->open(closed);
      }
    }
  });
}

void Driver::on_lost(std::uint64_t number, const Failure& why) { fail(number, why); }

void Driver::fail_all_of(std::uint32_t lane, const Failure& why) {
  while (const std::optional<std::uint64_t> number = books_.oldest_of(lane)) {
    fail(*number, why);
  }
}

/// One timer for all questions: none is touched when an answer comes.
void Driver::await_time_out() {
  const TimePoint now = loop_.now();
  const std::optional<std::uint64_t> oldest = books_.oldest();
  const TimePoint since = oldest ? books_.find(*oldest)->sent : now;
  time_out_timer_ = loop_.run_after(saturating_add(since, options_.timing.timeout) - now,
                                    [this] { time_out_old(); });
}

void Driver::time_out_old() {
  const TimePoint now = clock_now();
  while (const std::optional<std::uint64_t> oldest = books_.oldest()) {
    const Question question = *books_.find(*oldest);
    if (saturating_add(question.sent, options_.timing.timeout) > now) {
      break;
    }
    const Failure failure{std::string(kTimeOut), {}};
    if (lanes_->survives_loss()) {
      fail(*oldest, failure);
    } else {
      on_lane_closing(question.lane);  // before it is offered another question
      fail_all_of(question.lane, failure);
      lanes_->reset(question.lane);
    }
  }
  if (state_ != State::kDone) {
    await_time_out();
  }
}

}  // namespace halo::bench::load
