// What it costs to have another thread's loop do something: tasks per second through one loop, and
// the way there and back between two threads.

#include <cstdint>
#include <memory>
#include <utility>

#include <benchmark/benchmark.h>

#include "bench/micro/post_pattern.hpp"
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
  for (auto _ : state) {
    halo::bench::post_in_order(kBatch, [&loop](auto task) { loop.post(std::move(task)); });
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
    halo::bench::post_among_others(kBatch, [](auto task) { pool->loop(0).post(std::move(task)); });
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
