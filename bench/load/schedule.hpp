#pragma once

#include <cstdint>
#include <random>

#include "reactor/time.hpp"

namespace halo::bench::load {

enum class Arrivals : std::uint8_t {
  kConstant,  ///< one question every 1/rate seconds
  kPoisson,   ///< independent of each other, as from many users: 1/rate seconds apart on average
};

struct ScheduleOptions {
  double rate = 1;   ///< questions a second, above zero
  double phase = 1;  ///< of constant arrivals: the first is due after this many intervals, 0 to 1
  Duration ramp{};   ///< so long the rate rises from zero, in a straight line
  Arrivals arrivals = Arrivals::kConstant;
  std::uint64_t seed = 1;  ///< of Poisson arrivals
};

/// When each question of an open loop is due, one after the other, for ever. Pure: no clock.
/// What waits to be sent is not stored anywhere, for it is what lies between two of these: the next
/// one to send and the next one to come due. *Thread:* a value.
///
/// 1. Two schedules with the same options are the same, on every system.
/// 2. Nothing that a server does moves a question: that would be coordinated omission.
class Schedule {
 public:
  explicit Schedule(const ScheduleOptions& options);

  /// When the question at hand is due, from the beginning. Never goes back.
  Duration due() const noexcept { return due_; }
  /// How many are behind it.
  std::uint64_t taken() const noexcept { return taken_; }

  /// Goes on to the next question.
  void take() noexcept;
  /// Takes all that are due before `time`.
  void take_before(Duration time) noexcept;

 private:
  Duration time_of(double questions) const noexcept;

  ScheduleOptions options_;
  std::mt19937_64 random_;
  std::uint64_t taken_ = 0;
  double arrived_ = 0;  // of Poisson arrivals: as many as the rate alone would have made until now
  Duration due_{};
};

}  // namespace halo::bench::load
