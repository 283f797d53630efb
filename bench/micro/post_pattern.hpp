#pragma once

#include <atomic>
#include <cstdint>

namespace halo::bench {

/// What each benchmark of posts does, so that all libraries do the same. `post` takes a task to
/// another thread, which runs tasks in their order.

/// From one thread: `count` tasks that do next to nothing, then waits for the last.
template <class Post>
void post_in_order(std::uint64_t count, const Post& post) {
  std::uint64_t seen = 0;  // the other thread's
  for (std::uint64_t i = 0; i < count; ++i) {
    post([&seen] { ++seen; });
  }
  std::atomic<bool> done{false};
  post([&done] {
    done.store(true, std::memory_order_release);
    done.notify_one();
  });
  done.wait(false, std::memory_order_acquire);
}

/// From one of several threads: `count` tasks, whose last one ends the wait.
template <class Post>
void post_among_others(std::uint64_t count, const Post& post) {
  std::atomic<std::uint64_t> left{count};
  for (std::uint64_t i = 0; i < count; ++i) {
    post([&left] {
      if (left.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        left.notify_one();
      }
    });
  }
  for (std::uint64_t seen = left.load(); seen != 0; seen = left.load()) {
    left.wait(seen);
  }
}

}  // namespace halo::bench
