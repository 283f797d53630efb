// libuv's timers, a binary heap with milliseconds: what timers_micro.cpp does, done there.

#include <uv.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/micro/timer_pattern.hpp"

namespace {

using halo::bench::TimerPattern;

struct Pending {
  explicit Pending(std::int64_t count) : timers(static_cast<std::size_t>(count)) {
    uv_loop_init(&loop);
    for (uv_timer_t& timer : timers) {
      uv_timer_init(&loop, &timer);
      start(timer);
    }
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() {
    for (uv_timer_t& timer : timers) {
      uv_close(reinterpret_cast<uv_handle_t*>(&timer), nullptr);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
  }

  void start(uv_timer_t& timer) {
    const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(pattern.delay());
    uv_timer_start(
        &timer, [](uv_timer_t*) {}, static_cast<std::uint64_t>(delay.count()), 0);
  }
  uv_timer_t& any() { return timers[pattern.victim(timers.size())]; }

  uv_loop_t loop;
  TimerPattern pattern;
  std::vector<uv_timer_t> timers;
};

void cancel_and_add(benchmark::State& state) {
  Pending pending(state.range(0));
  for (auto _ : state) {
    uv_timer_t& timer = pending.any();
    uv_timer_stop(&timer);
    pending.start(timer);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(cancel_and_add)->Name("CancelAndAdd_libuv")->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

void rearm(benchmark::State& state) {
  Pending pending(state.range(0));
  for (auto _ : state) {
    pending.start(pending.any());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(rearm)->Name("Rearm_libuv")->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

}  // namespace
