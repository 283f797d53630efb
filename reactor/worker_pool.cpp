#include "reactor/worker_pool.hpp"

#include <utility>

#include "reactor/check.hpp"
#include "reactor/error.hpp"

namespace halo {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_max)
    : threads_count_(threads), queue_max_(queue_max) {
  HALO_CHECK(threads > 0, "a worker pool has at least one thread");
  HALO_CHECK(queue_max > 0, "a worker pool's queue holds at least one job");
  threads_.reserve(threads);
  try {
    for (std::size_t i = 0; i < threads; ++i) {
      threads_.emplace_back([this] { work(); });
    }
  } catch (...) {
    stop();  // joins those that did start
    throw;
  }
}

WorkerPool::~WorkerPool() { stop(); }

std::error_code WorkerPool::submit(UniqueFunction<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      return Errc::kStopped;
    }
    if (queue_.size() >= queue_max_) {
      return Errc::kQueueFull;
    }
    queue_.push_back(std::move(job));
  }
  wanted_.notify_one();
  return {};
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wanted_.notify_all();
  const std::lock_guard lock(join_mutex_);  // a second caller returns when the threads are gone
  for (std::thread& thread : threads_) {
    thread.join();
  }
  threads_.clear();
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void WorkerPool::work() {
  while (true) {
    std::unique_lock lock(mutex_);
    wanted_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) {
      return;  // stopping, and nothing waits any more
    }
    UniqueFunction<void()> job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    job();
  }
}

}  // namespace halo
