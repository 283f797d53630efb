#include "bench/load/schedule.hpp"

#include <cmath>

#include "reactor/check.hpp"

namespace halo::bench::load {
namespace {

/// From one arrival to the next where one comes in a unit of time: exponentially distributed. By
/// hand: what std::exponential_distribution makes of a seed is each library's own choice.
double next_gap(std::mt19937_64& random) noexcept {
  constexpr int kDiscarded = 64 - 53;  // a double holds 53 bits
  constexpr double kUnit = 0x1p-53;
  const double uniform = (static_cast<double>(random() >> kDiscarded) + 0.5) * kUnit;
  return -std::log(uniform);
}

}  // namespace

Schedule::Schedule(const ScheduleOptions& options) : options_(options), random_(options.seed) {
  HALO_CHECK(options.rate > 0, "a schedule asks at some rate");
  arrived_ = options.arrivals == Arrivals::kPoisson ? next_gap(random_) : options.phase;
  due_ = time_of(arrived_);
}

void Schedule::take() noexcept {
  ++taken_;
  if (options_.arrivals == Arrivals::kPoisson) {
    arrived_ += next_gap(random_);
    due_ = time_of(arrived_);
  } else {
    // From the number, not from the last one: nothing adds up.
    due_ = time_of(static_cast<double>(taken_) + options_.phase);
  }
}

void Schedule::take_before(Duration time) noexcept {
  while (due_ < time) {
    take();
  }
}

/// The rate's integral, solved for the time: while it rises it is rate * t^2 / (2 * ramp).
Duration Schedule::time_of(double questions) const noexcept {
  const double ramp_s = std::chrono::duration<double>(options_.ramp).count();
  const double in_ramp = options_.rate * ramp_s / 2;
  const double seconds = questions < in_ramp ? std::sqrt(2 * ramp_s * questions / options_.rate)
                                             : ramp_s / 2 + questions / options_.rate;
  return Duration(std::llround(seconds * 1e9));
}

}  // namespace halo::bench::load
