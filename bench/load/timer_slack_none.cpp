#include "bench/load/timer_slack.hpp"

namespace halo::bench::load {

void make_timers_exact() noexcept {}

}  // namespace halo::bench::load
