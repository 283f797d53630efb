#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "bench/interrupt.hpp"
#include "bench/load/asking.hpp"
#include "bench/load/driver.hpp"
#include "bench/load/tallies.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/unique_function.hpp"

namespace halo::bench::load {

/// A whole load, as it was asked for. A value.
struct LoadPlan {
  Asking asking;
  std::size_t connections = 10;
  std::size_t depth = 1;
  std::optional<double> rate;  ///< questions a second; empty: a closed loop
  Arrivals arrivals = Arrivals::kConstant;
  std::uint64_t seed = 1;
  Timing timing;
  std::size_t threads = 1;  ///< at most as many as connections
};

/// Drivers on threads of their own, which begin and end together, and their tallies as one.
/// *Owner:* whoever runs a load. *Thread:* that of `loop`, which is not inside of it.
class Crew {
 public:
  /// So long may connections take to open, all together.
  static constexpr Duration kOpenLimit = std::chrono::seconds(30);

  using OnInterval = UniqueFunction<void(const Interval&)>;

  Crew(EventLoop& loop, const LoadPlan& plan, const Interrupt& interrupt);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew();

  /// Runs the load, once. `on_interval` hears of each second of all drivers together, on this
  /// thread, in the order of time. Fails with the system's word when it has no room for loops or
  /// threads. Where no connection opens, nothing is asked.
  Result<Tallies> run(OnInterval on_interval = nullptr);

 private:
  struct Member;

  DriverOptions options_of(std::size_t member) const;
  std::error_code start_threads();
  void serve(Member& member);
  void take(Member& member, const Interval& interval);
  void tell();
  void stop();

  EventLoop& loop_;
  const LoadPlan plan_;
  const Interrupt& interrupt_;
  OnInterval on_interval_;
  std::vector<std::unique_ptr<Member>> members_;
  std::size_t opened_ = 0;       // members whose connections are open, or not to be had
  std::size_t connections_ = 0;  // that these have
  std::size_t done_ = 0;
  std::map<Duration, Interval> seconds_;  // by their begin, until all members have told theirs
  std::atomic<bool> stop_{false};
  std::atomic<Duration::rep> begin_{0};  // of the clock; zero: not yet
};

}  // namespace halo::bench::load
