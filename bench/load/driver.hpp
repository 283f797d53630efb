#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "bench/load/lanes.hpp"
#include "bench/load/outstanding.hpp"
#include "bench/load/schedule.hpp"
#include "bench/load/tallies.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/unique_function.hpp"

namespace halo::bench::load {

/// When a load begins and ends: ramp, warm-up, and the window that is measured.
struct Timing {
  Duration ramp{};
  Duration warm_up{};
  Duration window = std::chrono::seconds(10);
  Duration timeout = std::chrono::seconds(5);  ///< for each answer, from when it was asked for
};

struct DriverOptions {
  std::size_t lanes = 1;
  std::size_t depth = 1;                    ///< questions of one lane under way
  std::optional<ScheduleOptions> schedule;  ///< empty: a closed loop
  Timing timing;                            ///< its ramp is the schedule's, too
  std::uint32_t first_slot = 0;             ///< see Outstanding
  const Clock* clock = &monotonic_clock();  ///< the loop's; not null
};

/// One loop's share of a load. *Owner:* a crew, or whoever has a loop. *Thread:* the loop's; its
/// steps are called from outside of callbacks.
///
/// Open loop: the schedule says when a question is due, and nothing changes that. A lane that is
/// free takes it at once; else it waits, with its intended start, for the first lane that gets
/// free. Closed loop: a lane asks when it was answered.
///
/// 1. Each question that was due is asked or missed, and each one asked is answered, failed or,
/// when
///    we are interrupted, unfinished: the tallies add up.
/// 2. Memory does not grow with rate and duration: histograms, and what is outstanding.
/// 3. A lane that closes is opened again, after kRetryDelay where it had answered nothing.
class Driver final : private LaneOwner {
 public:
  static constexpr Duration kIntervalLength = std::chrono::seconds(1);
  static constexpr Duration kRetryDelay = std::chrono::milliseconds(100);

  using Stopped = UniqueFunction<bool()>;
  using OnInterval = UniqueFunction<void(const Interval&)>;

  /// `stopped`: asked often; true ends each step early. `on_interval`: hears of each second.
  Driver(EventLoop& loop, const DriverOptions& options, const LanesFactory& make_lanes,
         Stopped stopped, OnInterval on_interval = nullptr);
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  ~Driver();

  /// Opens all lanes. Returns how many there are; why the others are not, the tallies say.
  std::size_t open(Duration limit);

  /// Asks from `begin` to the end of the window, then waits for what is outstanding.
  void run(TimePoint begin);

  const Tallies& tallies() const noexcept { return tallies_; }

 private:
  enum class State : std::uint8_t { kOpening, kWaiting, kAsking, kDraining, kDone };

  struct Lane {
    std::size_t free = 0;  // questions that it can take
    bool open = false;
    bool queued = false;        // in ready_
    bool has_answered = false;  // since it was opened
    bool settled = false;       // it opened, or failed to, once
  };

  void on_lane_open(std::uint32_t lane) override;
  void on_lane_failed(std::uint32_t lane, const Failure& why) override;
  void on_lane_closing(std::uint32_t lane) override;
  void on_lane_closed(std::uint32_t lane, const Failure& why) override;
  void on_answer(std::uint64_t number, std::string_view fault, TimePoint now) override;
  void on_lost(std::uint64_t number, const Failure& why) override;
  void on_surplus() override { ++tallies_.surplus; }

  TimePoint clock_now() const noexcept { return options_.clock->now(); }
  void settle_opening(std::uint32_t lane);
  void pump(TimePoint now);
  void ask_due(TimePoint now);
  std::optional<TimePoint> next_due(TimePoint now) const;
  void ask(std::uint32_t lane, TimePoint intended, TimePoint now);
  void wait_for_due(TimePoint now);
  void ramp_up(TimePoint now);
  void settle(const Question& question, TimePoint now);
  void fail(std::uint64_t number, const Failure& why);
  void fail_all_of(std::uint32_t lane, const Failure& why);
  void retry(std::uint32_t lane);
  void await_time_out();
  void time_out_old();

  void await_tick();
  void tick(TimePoint now);
  void end_interval(TimePoint at);
  void open_window();
  void close_window(TimePoint at);
  bool in_window(const Question& question) const noexcept {
    return question.intended >= window_begin_;
  }

  EventLoop& loop_;
  const DriverOptions options_;
  Stopped stopped_;
  OnInterval on_interval_;
  State state_ = State::kOpening;
  Outstanding books_;
  std::vector<Lane> lane_states_;
  std::deque<std::uint32_t> ready_;  // lanes, each at most once
  std::size_t open_ = 0;
  std::size_t settled_ = 0;  // lanes that opened, or failed to, once

  std::optional<Schedule> next_;   // the next one to be sent
  std::optional<Schedule> due_;    // the next one to come due
  std::uint64_t due_before_ = 0;   // the window
  std::size_t under_way_max_ = 0;  // of a closed loop: less while it ramps up
  TimePoint begin_{};
  TimePoint window_begin_{};
  TimePoint window_end_{};
  TimePoint interval_begin_{};
  TimePoint next_tick_{};
  TimePoint wake_at_{};
  Interval interval_;
  Tallies tallies_;

  TimerId due_timer_;
  TimerId tick_timer_;
  TimerId time_out_timer_;
  TimerId retry_timer_;
  std::vector<std::uint32_t> to_retry_;
  std::unique_ptr<Lanes> lanes_;  // goes first: it calls back
};

}  // namespace halo::bench::load
