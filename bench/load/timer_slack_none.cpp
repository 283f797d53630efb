#include "bench/load/timer_slack.hpp"

namespace halo::bench::load {

void make_timers_exact() noexcept {}

ExactTimers::ExactTimers() noexcept = default;

ExactTimers::~ExactTimers() = default;

}  // namespace halo::bench::load
