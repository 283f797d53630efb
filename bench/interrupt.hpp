#pragma once

#include <csignal>
#include <memory>

#include "reactor/event_loop.hpp"
#include "reactor/result.hpp"
#include "reactor/signal_set.hpp"

namespace halo::bench {

/// Notes SIGINT and SIGTERM, for the steps of a measurement to look at: each ends early then, what
/// it started is stopped, and what was measured is reported. *Owner:* main. *Thread:* the loop's.
class Interrupt {
 public:
  /// Fails as SignalSet::create does.
  static Result<std::unique_ptr<Interrupt>> create(EventLoop& loop);

  /// The signal that came, or 0.
  int signal_number() const noexcept { return signal_number_; }
  explicit operator bool() const noexcept { return signal_number_ != 0; }

 private:
  Interrupt() = default;

  int signal_number_ = 0;
  std::unique_ptr<SignalSet> signals_;
};

inline Result<std::unique_ptr<Interrupt>> Interrupt::create(EventLoop& loop) {
  std::unique_ptr<Interrupt> interrupt(new Interrupt);
  Result<std::unique_ptr<SignalSet>> signals =
      SignalSet::create(loop, {SIGINT, SIGTERM},
                        [noted = interrupt.get()](int number) { noted->signal_number_ = number; });
  if (!signals) {
    return signals.error();
  }
  interrupt->signals_ = std::move(*signals);
  return interrupt;
}

}  // namespace halo::bench
