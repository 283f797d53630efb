#include "reactor/task_queue.hpp"

#include <utility>

#include "reactor/check.hpp"
#include "reactor/limits.hpp"

namespace halo {

/// The lock is held for some ten nanoseconds, so that trying again beats going to sleep.
void TaskQueue::lock() noexcept {
  constexpr int kTries = 64;
  for (int i = 0; i < kTries; ++i) {
    if (mutex_.try_lock()) {
      return;
    }
  }
  mutex_.lock();
}

bool TaskQueue::push(UniqueFunction<void()>&& task) {
  lock();
  const std::lock_guard guard(mutex_, std::adopt_lock);
  HALO_CHECK(incoming_.size() < limits::kPostedTasksMax,
             "a producer posts without waiting for its tasks to be done");
  incoming_.push_back(std::move(task));
  // Only the first one after the loop took the others can find it asleep.
  return incoming_.size() == 1 &&
         state_.exchange(State::kTasks, std::memory_order_acq_rel) == State::kAsleep;
}

bool TaskQueue::prepare_to_sleep() noexcept {
  if (next_ < running_.size()) {
    return false;
  }
  State awake = State::kAwake;
  return state_.compare_exchange_strong(awake, State::kAsleep, std::memory_order_acq_rel);
}

void TaskQueue::awake() noexcept {
  State asleep = State::kAsleep;
  state_.compare_exchange_strong(asleep, State::kAwake, std::memory_order_acq_rel);
}

void TaskQueue::take_incoming() {
  running_.clear();
  next_ = 0;
  if (running_.capacity() > limits::kTasksKept) {
    running_.shrink_to_fit();
  }
  lock();
  const std::lock_guard guard(mutex_, std::adopt_lock);
  running_.swap(incoming_);
  state_.store(State::kAwake, std::memory_order_release);
}

std::size_t TaskQueue::run(std::size_t tasks_max) {
  if (next_ == running_.size()) {
    if (state_.load(std::memory_order_acquire) != State::kTasks) {
      return 0;
    }
    take_incoming();
  }
  std::size_t count = 0;
  while (count < tasks_max && next_ < running_.size()) {
    UniqueFunction<void()> task = std::move(running_[next_++]);
    ++count;
    task();
  }
  return count;
}

}  // namespace halo
