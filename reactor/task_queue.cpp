#include "reactor/task_queue.hpp"

#include <utility>

#include "reactor/check.hpp"
#include "reactor/limits.hpp"

namespace halo {

bool TaskQueue::push(UniqueFunction<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    HALO_CHECK(incoming_.size() < limits::kPostedTasksMax,
               "a producer posts without waiting for its tasks to be done");
    incoming_.push_back(std::move(task));
    incoming_count_.store(incoming_.size(), std::memory_order_seq_cst);
  }
  // Either this sees that the loop sleeps, or the loop's prepare_to_sleep sees the task: both are
  // sequentially consistent, so at least one of the two loads comes after the other's store.
  return asleep_.load(std::memory_order_seq_cst) &&
         asleep_.exchange(false, std::memory_order_acq_rel);
}

bool TaskQueue::prepare_to_sleep() noexcept {
  asleep_.store(true, std::memory_order_seq_cst);
  if (!has_tasks()) {
    return true;
  }
  asleep_.store(false, std::memory_order_relaxed);
  return false;
}

bool TaskQueue::has_tasks() const noexcept {
  return next_ < running_.size() || incoming_count_.load(std::memory_order_seq_cst) > 0;
}

std::size_t TaskQueue::run(std::size_t tasks_max) {
  if (next_ == running_.size()) {
    if (incoming_count_.load(std::memory_order_acquire) == 0) {
      return 0;
    }
    running_.clear();
    next_ = 0;
    if (running_.capacity() > limits::kTasksKept) {
      running_.shrink_to_fit();
    }
    const std::lock_guard lock(mutex_);
    running_.swap(incoming_);
    incoming_count_.store(0, std::memory_order_relaxed);
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
