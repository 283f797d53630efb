// Tasks for another thread's loop by asio::post: what posts_micro.cpp does, done there.

#include <asio.hpp>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>

#include <benchmark/benchmark.h>

#include "bench/micro/post_pattern.hpp"

namespace {

/// A loop on a thread of its own, which ends with it.
class LoopThread {
 public:
  LoopThread() : thread_([this] { loop_.run(); }) {}
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;
  ~LoopThread() {
    loop_.stop();
    thread_.join();
  }
  asio::io_context& loop() noexcept { return loop_; }

 private:
  asio::io_context loop_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(loop_);
  std::thread thread_;
};

void post_from_one_thread(benchmark::State& state) {
  LoopThread there;
  constexpr std::uint64_t kBatch = 1'000'000;
  for (auto _ : state) {
    halo::bench::post_in_order(kBatch,
                               [&there](auto task) { asio::post(there.loop(), std::move(task)); });
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}
BENCHMARK(post_from_one_thread)
    ->Name("PostFromOneThread_asio")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->MinTime(2);

void post_from_four_threads(benchmark::State& state) {
  static std::unique_ptr<LoopThread> there;
  if (state.thread_index() == 0) {
    there = std::make_unique<LoopThread>();
  }
  constexpr std::uint64_t kBatch = 100'000;
  for (auto _ : state) {
    halo::bench::post_among_others(kBatch,
                                   [](auto task) { asio::post(there->loop(), std::move(task)); });
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
  if (state.thread_index() == 0) {
    there.reset();
  }
}
BENCHMARK(post_from_four_threads)
    ->Name("PostFromFourThreads_asio")
    ->Threads(4)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void ping_pong(benchmark::State& state) {
  LoopThread there;
  asio::io_context here{1};
  const auto work = asio::make_work_guard(here);
  for (auto _ : state) {
    bool back = false;
    asio::post(there.loop(), [&here, &back] { asio::post(here, [&back] { back = true; }); });
    while (!back) {
      here.run_one();
    }
  }
}
BENCHMARK(ping_pong)->Name("PingPong_asio")->UseRealTime();

}  // namespace
