#pragma once

#include <csignal>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <system_error>

#include "reactor/event_loop.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/unique_function.hpp"

namespace halo {

/// Signals as calls on a loop's thread: a handler writes the number to a pipe that the loop
/// watches, the same on every system. *Owner:* main, as a rule. *Thread:* the loop's; made and
/// destroyed where the loop's other objects are.
///
/// 1. A signal belongs to at most one set of the process at a time.
/// 2. A child process that was forked and has not called exec yet ignores the set's signals.
/// 3. The former disposition is restored when the set goes; it must not go in its own callback.
class SignalSet final : private IoHandler {
 public:
  using OnSignal = UniqueFunction<void(int signal_number)>;

  /// Which of the signals that arrive are the set's.
  enum class Take : std::uint8_t {
    kEvery,
    /// The first one of any kind. The next does what it did before the set was made, even while the
    /// loop is too busy to know of the first: a server that drains can still be ended.
    kFirst,
  };

  /// Calls `on_signal` for each of `signals` (SIGTERM, ...) that arrives. Signals of one kind that
  /// come faster than they are handled may count as one. Fails with the system's word.
  static Result<std::unique_ptr<SignalSet>> create(EventLoop& loop,
                                                   std::initializer_list<int> signals,
                                                   OnSignal on_signal, Take take = Take::kEvery);
  SignalSet(const SignalSet&) = delete;
  SignalSet& operator=(const SignalSet&) = delete;
  ~SignalSet();

 private:
  SignalSet(EventLoop& loop, OwnedFd reader, OwnedFd writer, OnSignal on_signal);
  std::error_code take_signal(int number, Take take, const struct sigaction& action);
  void on_ready(Event event) override;

  EventLoop& loop_;
  OwnedFd reader_;
  OwnedFd writer_;
  OnSignal on_signal_;
  Token watch_;
};

}  // namespace halo
