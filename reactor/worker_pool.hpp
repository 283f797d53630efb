#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "reactor/unique_function.hpp"

namespace halo {

/// A fixed number of threads for work that blocks or computes, with a bounded queue before them.
/// *Thread:* every member may be called from any thread but the pool's own. *Lifetime:* a job that
/// posts to a loop needs it alive: declare the loops before the pool, or `stop` it first.
class WorkerPool {
 public:
  /// `threads` of them, at least one, started at once; at most `queue_max` jobs wait.
  /// Throws std::system_error when the system gives no more threads.
  WorkerPool(std::size_t threads, std::size_t queue_max);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// As `stop`.
  ~WorkerPool();

  /// Has `job` run by one of the threads, the oldest job first. Fails with kQueueFull when
  /// queue_max jobs wait, with kStopped after `stop`; `job` is destroyed then, not run. A job must
  /// not throw: an exception ends the program, as out of any thread.
  [[nodiscard]] std::error_code submit(UniqueFunction<void()> job);

  /// Takes no more jobs, runs those that wait, and joins the threads.
  void stop();

  /// As `stop`, but returns at once, for jobs that may hang: those that wait are destroyed, not
  /// run, and the threads end by themselves when they are done with theirs, after the pool if it
  /// must be. *Lifetime:* a job then owns, or shares, whatever it touches.
  void abandon();

  std::size_t threads() const noexcept { return threads_count_; }
  /// Jobs that wait at this moment.
  std::size_t queued() const;

 private:
  struct Queue;

  static void work(Queue& queue);

  const std::size_t threads_count_;
  const std::shared_ptr<Queue> queue_;  // with each thread: one that was abandoned may be the last
  std::mutex join_mutex_;
  std::vector<std::thread> threads_;  // guarded by join_mutex_
};

}  // namespace halo
