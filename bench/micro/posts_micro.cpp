// What it costs to have another thread's loop do something: tasks per second through one loop, and
// the way there and back between two threads.

#include <atomic>
#include <cstdint>

#include <benchmark/benchmark.h>

#include "reactor/loop_pool.hpp"
#include "reactor/task_queue.hpp"

namespace {

using halo::EventLoop;
using halo::LoopPool;

/// One producer that posts as fast as it can; all tasks have run when the clock stops.
void PostFromOneThread(benchmark::State& state) {
  auto pool = LoopPool::create(1).value();
  EventLoop& loop = pool->loop(0);
  constexpr std::uint64_t kBatch = 1'000'000;
  std::uint64_t seen = 0;  // the loop's
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < kBatch; ++i) {
      loop.post([&seen] { ++seen; });
    }
    std::atomic<bool> done{false};
    loop.post([&done] {
      done.store(true, std::memory_order_release);
      done.notify_one();
    });
    done.wait(false, std::memory_order_acquire);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}
BENCHMARK(PostFromOneThread)->UseRealTime()->Unit(benchmark::kMillisecond)->MinTime(2);

/// Four producers at once.
void PostFromFourThreads(benchmark::State& state) {
  static std::unique_ptr<LoopPool> pool;
  if (state.thread_index() == 0) {
    pool = LoopPool::create(1).value();
  }
  constexpr std::uint64_t kBatch = 100'000;
  for (auto _ : state) {
    std::atomic<std::uint64_t> left{kBatch};
    for (std::uint64_t i = 0; i < kBatch; ++i) {
      pool->loop(0).post([&left] {
        if (left.fetch_sub(1, std::memory_order_acq_rel) == 1) {
          left.notify_one();
        }
      });
    }
    for (std::uint64_t seen = left.load(); seen != 0; seen = left.load()) {
      left.wait(seen);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
  if (state.thread_index() == 0) {
    pool.reset();
  }
}
BENCHMARK(PostFromFourThreads)->Threads(4)->UseRealTime()->Unit(benchmark::kMillisecond);

/// One task at a time between two loops: a wake-up each way.
void PingPong(benchmark::State& state) {
  auto pool = LoopPool::create(1).value();
  auto here = EventLoop::create().value();
  for (auto _ : state) {
    bool back = false;
    pool->loop(0).post([&here, &back] { here->post([&back] { back = true; }); });
    while (!back) {
      here->run_once(std::nullopt);
    }
  }
}
BENCHMARK(PingPong)->UseRealTime();

}  // namespace
