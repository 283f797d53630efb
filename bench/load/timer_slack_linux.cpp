#include <sys/prctl.h>

#include "bench/load/timer_slack.hpp"

namespace halo::bench::load {

void make_timers_exact() noexcept {
  (void)::prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0);  // wake_delay tells how late it is anyway
}

ExactTimers::ExactTimers() noexcept : slack_before_(::prctl(PR_GET_TIMERSLACK)) {
  make_timers_exact();
}

ExactTimers::~ExactTimers() {
  if (slack_before_ > 0) {
    (void)::prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(slack_before_), 0, 0, 0);
  }
}

}  // namespace halo::bench::load
