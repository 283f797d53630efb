#include "reactor/loop_pool.hpp"

#include <latch>
#include <system_error>
#include <utility>

#include "reactor/check.hpp"

namespace halo {

Result<std::unique_ptr<LoopPool>> LoopPool::create(std::size_t loops, PollerKind kind) {
  HALO_CHECK(loops > 0, "a loop pool has at least one loop");
  std::unique_ptr<LoopPool> pool(new LoopPool);
  pool->members_.reserve(loops);
  for (std::size_t i = 0; i < loops; ++i) {
    Result<std::unique_ptr<EventLoop>> loop = EventLoop::create(kind);
    if (!loop) {
      return loop.error();
    }
    pool->members_.push_back({std::move(*loop), {}});
  }
  for (Member& member : pool->members_) {
    try {
      member.thread = std::thread([&loop = *member.loop] { loop.run(); });
    } catch (const std::system_error& error) {
      return error.code();
    }
  }
  return pool;
}

LoopPool::~LoopPool() { stop(); }

EventLoop& LoopPool::loop(std::size_t index) noexcept {
  HALO_CHECK(index < members_.size(), "no such loop");
  return *members_[index].loop;
}

void LoopPool::call(std::size_t index, UniqueFunction<void()> task) {
  EventLoop& target = loop(index);
  if (!members_[index].thread.joinable()) {
    task();
    target.reap_if_outside();
    return;
  }
  HALO_CHECK(members_[index].thread.get_id() != std::this_thread::get_id(),
             "a loop cannot wait for itself");
  std::latch done(1);
  target.post([&task, &target, &done] {
    task();
    // Behind what the task has closed, in step 8.
    target.reap_later([&done] { done.count_down(); });
  });
  done.wait();
}

void LoopPool::stop() {
  for (Member& member : members_) {
    member.loop->stop();
  }
  for (Member& member : members_) {
    if (member.thread.joinable()) {
      member.thread.join();
    }
  }
}

}  // namespace halo
