#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <vector>

#include "reactor/unique_function.hpp"

namespace halo {

/// What other threads want a loop to do. *Owner:* an EventLoop.
///
/// Producers append under a lock that is held for one append; the loop takes all that is there by
/// one swap and runs it without the lock.
class TaskQueue {
 public:
  /// Appends `task`. True: the loop was about to sleep and must be woken. *Thread:* any.
  [[nodiscard]] bool push(UniqueFunction<void()> task);

  /// To be called before the loop sleeps; false: there are tasks, so it must not sleep.
  bool prepare_to_sleep() noexcept;

  /// To be called when the loop is awake again.
  void awake() noexcept { asleep_.store(false, std::memory_order_relaxed); }

  /// Runs what was there at the call, at most `tasks_max`. Returns how many ran.
  /// A task that throws is over; the rest stay for the next call.
  std::size_t run(std::size_t tasks_max);

  bool has_tasks() const noexcept;

 private:
  std::mutex mutex_;
  std::vector<UniqueFunction<void()>> incoming_;  // guarded by mutex_
  std::atomic<std::size_t> incoming_count_{0};
  std::atomic<bool> asleep_{false};
  std::vector<UniqueFunction<void()>> running_;  // the loop's
  std::size_t next_ = 0;                         // in running_
};

}  // namespace halo
