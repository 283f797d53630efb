#pragma once

#include <cstddef>
#include <string_view>

#include "reactor/time.hpp"

namespace halo::bench {

/// Says on standard error how far a measurement is: one line that renews itself on a terminal, a
/// line for each round elsewhere. *Owner:* the runner. *Thread:* one.
class Progress {
 public:
  /// `runs`: how often a scenario is to be measured, in all `rounds`.
  Progress(std::size_t runs, std::size_t rounds);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Leaves the terminal's line empty.
  ~Progress();

  /// A scenario's round begins; `round` counts from 1.
  void begin_run(std::string_view scenario, std::size_t round);
  void end_round(std::size_t round);

  /// For messages that stay on the screen.
  void clear_line() const;

 private:
  const std::size_t runs_;
  const std::size_t rounds_;
  const bool terminal_;
  const TimePoint began_;
  std::size_t begun_ = 0;
};

}  // namespace halo::bench
