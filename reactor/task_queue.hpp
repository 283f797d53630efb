#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "reactor/unique_function.hpp"

namespace halo {

/// What other threads want a loop to do. *Owner:* an EventLoop.
///
/// Producers append under a lock that is held for one append; the loop takes all that is there by
/// one swap and runs it without the lock.
///
///     kAwake --prepare_to_sleep--> kAsleep --awake--> kAwake
///     kAwake or kAsleep --push--> kTasks --run, when it takes them--> kAwake
///
/// A wake-up is never lost: the loop goes to sleep only by the step from kAwake to kAsleep, which
/// fails once a push has been made; and the push that finds kAsleep wakes the loop.
class TaskQueue {
 public:
  /// Appends `task`. True: the loop sleeps, or is about to, and must be woken. *Thread:* any.
  [[nodiscard]] bool push(UniqueFunction<void()>&& task);

  /// To be called before the loop sleeps; false: there are tasks, so it must not.
  bool prepare_to_sleep() noexcept;

  /// To be called when the loop is awake again.
  void awake() noexcept;

  /// Runs what was there at the call, at most `tasks_max`. Returns how many ran.
  /// A task that throws is over; the rest stay for the next call.
  std::size_t run(std::size_t tasks_max);

 private:
  enum class State : std::uint8_t { kAwake, kAsleep, kTasks };

  void lock() noexcept;
  void take_incoming();

  std::mutex mutex_;
  std::vector<UniqueFunction<void()>> incoming_;  // guarded by mutex_
  std::atomic<State> state_{State::kAwake};       // set to and from kTasks with the lock held
  std::vector<UniqueFunction<void()>> running_;   // the loop's
  std::size_t next_ = 0;                          // in running_
};

}  // namespace halo
