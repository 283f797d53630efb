#include "reactor/loop_pool.hpp"

#include <latch>
#include <system_error>
#include <utility>

#include "reactor/check.hpp"

namespace halo {

Result<std::unique_ptr<LoopPool>> LoopPool::create(std::size_t loops, PollerKind kind) {
  HALO_CHECK(loops > 0, "a loop pool has at least one loop");
  std::unique_ptr<LoopPool> pool(new LoopPool);
  if (const std::error_code error = pool->add(loops, kind)) {
    return error;
  }
  return pool;
}

Result<std::unique_ptr<LoopPool>> LoopPool::create_around(EventLoop& own, std::size_t more,
                                                          PollerKind kind) {
  std::unique_ptr<LoopPool> pool(new LoopPool);
  pool->members_.push_back({nullptr, &own, {}});
  if (const std::error_code error = pool->add(more, kind)) {
    return error;
  }
  return pool;
}

/// All the loops first: a thread is the dearer thing to have made in vain.
std::error_code LoopPool::add(std::size_t loops, PollerKind kind) {
  const std::size_t before = members_.size();
  for (std::size_t i = 0; i < loops; ++i) {
    Result<std::unique_ptr<EventLoop>> loop = EventLoop::create(kind);
    if (!loop) {
      return loop.error();
    }
    EventLoop* const pointer = loop->get();
    members_.push_back({std::move(*loop), pointer, {}});
  }
  for (std::size_t i = before; i < members_.size(); ++i) {
    try {
      members_[i].thread = std::thread([loop = members_[i].loop] { loop->run(); });
    } catch (const std::system_error& error) {
      return error.code();
    }
  }
  return {};
}

LoopPool::~LoopPool() { stop(); }

EventLoop& LoopPool::loop(std::size_t index) noexcept {
  HALO_CHECK(index < members_.size(), "no such loop");
  return *members_[index].loop;
}

EventLoop* LoopPool::own_loop() noexcept {
  const Member& first = members_.front();
  return first.owned == nullptr ? first.loop : nullptr;
}

void LoopPool::call(std::size_t index, UniqueFunction<void()> task) {
  EventLoop& target = loop(index);
  if (!members_[index].thread.joinable()) {
    HALO_CHECK(target.in_loop_thread(), "the caller's loop is called on the caller's thread");
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
    if (member.owned != nullptr) {
      member.loop->stop();
    }
  }
  for (Member& member : members_) {
    if (member.thread.joinable()) {
      member.thread.join();
    }
  }
}

}  // namespace halo
