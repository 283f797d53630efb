#include <sys/prctl.h>

#include "bench/load/timer_slack.hpp"

namespace halo::bench::load {

void make_timers_exact() noexcept {
  (void)::prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0);  // wake_delay tells how late it is anyway
}

}  // namespace halo::bench::load
