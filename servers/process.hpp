#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "reactor/log.hpp"

/// What a program settles with the operating system before it begins, and when it ends.
namespace halo::process {

/// Raises the soft limit of open descriptors to the hard one, and lets a write to a pipe that
/// nobody reads fail instead of ending the process.
void prepare();

/// Processors that this process may use; at least one.
std::size_t usable_processors();

/// From now on each of these signals ends the process at once, with 128 + its number.
void exit_at(std::initializer_list<int> signals);

/// For a program of one thread that waits in system calls on one blocking socket. The first of
/// `signals` interrupts the call (EINTR) and makes `fd` non-blocking, so that none waits any more:
/// not even one that was about to begin. The second ends the process at once, as exit_at does.
/// *Lifetime:* `fd` must stay open from now on.
void stop_waiting_at(std::initializer_list<int> signals, int fd);

/// Whether that first signal has come.
bool waiting_stopped() noexcept;

/// Blocks `signals` in the calling thread and those that it starts, so that one thread can wait for
/// them. *Thread:* main's, before it starts others.
class BlockedSignals {
 public:
  explicit BlockedSignals(std::initializer_list<int> signals);

  /// Returns when one of them has come.
  void wait() const;
  /// In the calling thread.
  void unblock() const;

 private:
  const std::vector<int> signals_;
};

/// Writes "program: text" as one line to standard error, control bytes escaped.
LogSink log_to_stderr(std::string program);

/// `text` with control bytes as \xNN, so that what others sent can neither begin a line of a log
/// nor speak to the terminal.
std::string escape_control_bytes(std::string_view text);

}  // namespace halo::process
