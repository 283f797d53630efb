#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/interrupt.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/result.hpp"

namespace halo::bench {

/// How a child has ended.
struct ChildExit {
  int status = 0;                      ///< as of waitpid(2)
  bool killed = false;                 ///< it did not heed SIGTERM in time
  std::uint64_t context_switches = 0;  ///< of its whole life, all threads

  bool clean() const noexcept { return status == 0 && !killed; }
  /// "exit code 1", "killed by signal 11 (Segmentation fault)", ...
  std::string describe() const;
};

/// A program that we have started and that does not outlive us. Its standard error is kept in a
/// file without a name; of its standard output the first line is. *Owner:* the run that measures
/// it. *Thread:* the loop's, from outside of its callbacks.
///
/// 1. It is always waited for; one that has not been stopped is killed by the destructor.
/// 2. It has a process group of its own, so that Ctrl-C reaches us alone, and we stop it. Where the
///    system can, it is killed when this process dies.
class ChildProcess final : private IoHandler {
 public:
  /// `command`: the path of a program and its arguments. `core`: where to pin it, if anywhere.
  /// Fails when there are no descriptors or processes left. A program that cannot be executed ends
  /// at once, with the reason in `error_output`.
  static Result<std::unique_ptr<ChildProcess>> start(EventLoop& loop,
                                                     const std::vector<std::string>& command,
                                                     std::optional<int> core = {});
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  int pid() const noexcept { return pid_; }

  /// Waits for the first line on standard output, without its end. Empty: it has ended, or was
  /// silent for `limit`, or we are interrupted.
  std::optional<std::string> first_line(Duration limit, const Interrupt& interrupt);

  /// Whether it has closed its standard output, which a server does by ending.
  bool output_ended() const noexcept { return !watch_; }

  /// Whether it has not ended. One whose output goes elsewhere has closed ours and runs on.
  bool running() { return !wait_for_exit(false); }

  /// SIGTERM, and SIGKILL when it has not ended after `grace`.
  ChildExit stop(Duration grace);

  /// The end of what it wrote to standard error, at most 4 KiB.
  std::string error_output() const;

 private:
  ChildProcess(EventLoop& loop, int pid, OwnedFd output, OwnedFd errors);
  void on_ready(Event event) override;
  bool wait_for_exit(bool block);

  EventLoop& loop_;
  int pid_;
  OwnedFd output_;
  OwnedFd errors_;
  Token watch_;
  std::string text_;  // standard output up to the end of its first line
  std::optional<ChildExit> exit_;
};

}  // namespace halo::bench
