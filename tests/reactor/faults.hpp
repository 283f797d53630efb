#pragma once

#include <cstddef>
#include <cstdint>

// The system's calls with faults in them: this program is linked so that each call below goes
// through faults.cpp (see
// --wrap in ld(1)). Nothing of it is in the library.

namespace halo::test {

/// How often, in percent, which fault is put into a call that could meet it in life.
struct FaultPlan {
  unsigned short_reads = 0;
  unsigned short_writes = 0;
  unsigned would_block = 0;    ///< EAGAIN although something is there: a spurious event
  unsigned interrupted = 0;    ///< EINTR, in waits too
  unsigned resets = 0;         ///< ECONNRESET or EPIPE, for good as far as that call's socket goes
  unsigned no_descriptor = 0;  ///< EMFILE, ENFILE, ENOBUFS or ENOMEM of accept
  unsigned aborted = 0;        ///< ECONNABORTED, EPROTO or a network error of accept
  unsigned fewer_events = 0;   ///< a wait that reports a part of what is ready, or nothing
};

/// Calls that were made while a FaultInjection lived.
struct SystemCalls {
  std::uint64_t receives = 0;
  std::uint64_t sends = 0;
  std::uint64_t accepts = 0;
  std::uint64_t waits = 0;
  std::uint64_t changes = 0;  ///< of what is watched: epoll_ctl, kevent
  std::uint64_t resets = 0;   ///< injected
};

/// Faults for as long as it lives, drawn from `seed`. One at a time, one thread.
class FaultInjection {
 public:
  FaultInjection(const FaultPlan& plan, std::uint64_t seed);
  FaultInjection(const FaultInjection&) = delete;
  FaultInjection& operator=(const FaultInjection&) = delete;
  ~FaultInjection();

  /// Switched off while the test itself makes calls, on while the loop does.
  void enable(bool on) noexcept;
  const SystemCalls& calls() const noexcept;
};

}  // namespace halo::test
