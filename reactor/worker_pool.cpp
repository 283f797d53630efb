#include "reactor/worker_pool.hpp"

#include <condition_variable>
#include <deque>
#include <utility>

#include "reactor/check.hpp"
#include "reactor/error.hpp"

namespace halo {

struct WorkerPool::Queue {
  const std::size_t jobs_max;
  std::mutex mutex;
  std::condition_variable wanted;
  std::deque<UniqueFunction<void()>> jobs;  // guarded by mutex
  bool stopping = false;                    // guarded by mutex

  explicit Queue(std::size_t max) : jobs_max(max) {}

  /// Returns the jobs that nobody will run.
  std::deque<UniqueFunction<void()>> stop(bool run_the_rest) {
    std::deque<UniqueFunction<void()>> dropped;
    {
      const std::lock_guard lock(mutex);
      stopping = true;
      if (!run_the_rest) {
        dropped.swap(jobs);
      }
    }
    wanted.notify_all();
    return dropped;
  }
};

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_max)
    : threads_count_(threads), queue_(std::make_shared<Queue>(queue_max)) {
  HALO_CHECK(threads > 0, "a worker pool has at least one thread");
  HALO_CHECK(queue_max > 0, "a worker pool's queue holds at least one job");
  threads_.reserve(threads);
  try {
    for (std::size_t i = 0; i < threads; ++i) {
      threads_.emplace_back([queue = queue_] { work(*queue); });
    }
  } catch (...) {
    stop();  // joins those that did start
    throw;
  }
}

WorkerPool::~WorkerPool() { stop(); }

std::error_code WorkerPool::submit(UniqueFunction<void()> job) {
  {
    const std::lock_guard lock(queue_->mutex);
    if (queue_->stopping) {
      return Errc::kStopped;
    }
    if (queue_->jobs.size() >= queue_->jobs_max) {
      return Errc::kQueueFull;
    }
    queue_->jobs.push_back(std::move(job));
  }
  queue_->wanted.notify_one();
  return {};
}

void WorkerPool::stop() {
  queue_->stop(true);
  const std::lock_guard lock(join_mutex_);  // a second caller returns when the threads are gone
  for (std::thread& thread : threads_) {
    thread.join();
  }
  threads_.clear();
}

void WorkerPool::abandon() {
  queue_->stop(false);
  const std::lock_guard lock(join_mutex_);
  for (std::thread& thread : threads_) {
    thread.detach();
  }
  threads_.clear();
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(queue_->mutex);
  return queue_->jobs.size();
}

void WorkerPool::work(Queue& queue) {
  while (true) {
    std::unique_lock lock(queue.mutex);
    queue.wanted.wait(lock, [&queue] { return queue.stopping || !queue.jobs.empty(); });
    if (queue.jobs.empty()) {
      return;  // stopping, and nothing waits any more
    }
    UniqueFunction<void()> job = std::move(queue.jobs.front());
    queue.jobs.pop_front();
    lock.unlock();
    job();
  }
}

}  // namespace halo
