#pragma once

#include <cstdint>

#include "reactor/time.hpp"

namespace halo::hello {

/// What a server does for each message before it answers: it stands for what a real handler would
/// do, wait for something else or compute.
struct Work {
  enum class Kind : std::uint8_t { kNone, kSleep, kCpu };

  Kind kind = Kind::kNone;
  Duration duration{};

  friend bool operator==(const Work&, const Work&) = default;
};

/// Where that is done.
enum class WorkOn : std::uint8_t {
  kLoop,     ///< on the loop's thread, which serves nobody meanwhile: what one must not do
  kTimer,    ///< a timer of the loop, for kSleep: what waiting is in an event-driven server
  kWorkers,  ///< a thread of the WorkerPool
};

/// Does the work on the calling thread: sleeps, or spins until the thread has used that much CPU
/// time. *Thread:* any.
void do_work(const Work& work);

}  // namespace halo::hello
