#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bench/load/crew.hpp"
#include "bench/load/tallies.hpp"
#include "reactor/time.hpp"

namespace halo::bench::load {

/// One line about a second of a load: what phase it is in, rate, p50 and p99 (named: response or
/// service time), what failed and is behind until now, and the time that is left. `failed`: all
/// until now. `colour`: what went wrong is red.
std::string live_line(const LoadPlan& plan, const Interval& interval, std::uint64_t failed,
                      bool colour);

/// Shows on standard error how a load goes: a line that renews itself each second on a terminal, a
/// plain line every 10 s elsewhere. NO_COLOR is respected. *Owner:* main. *Thread:* one. *See:*
/// https://no-color.org
class LiveView {
 public:
  explicit LiveView(const LoadPlan& plan);
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;
  /// Leaves the terminal's line empty.
  ~LiveView();

  void show(const Interval& interval);

 private:
  static constexpr std::uint64_t kSecondsBetweenLines = 10;

  const LoadPlan& plan_;
  const bool terminal_;
  const bool colour_;
  std::uint64_t seconds_ = 0;
  std::uint64_t failed_ = 0;
  bool drawn_ = false;
};

}  // namespace halo::bench::load
