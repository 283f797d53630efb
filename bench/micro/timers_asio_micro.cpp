// asio's timers, a binary heap with nanoseconds: what timers_micro.cpp does, done there. A timer
// that is cancelled or moved calls its handler, so that the loop runs now and then; asio has one
// way for both.

#include <asio.hpp>
#include <chrono>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/micro/timer_pattern.hpp"

namespace {

using asio::steady_timer;
using halo::bench::TimerPattern;

constexpr std::size_t kHandlersPerRun = 64;

struct Pending {
  explicit Pending(std::int64_t count) {
    timers.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
      start(timers.emplace_back(loop));
    }
  }

  void start(steady_timer& timer) {
    timer.expires_at(began + pattern.delay());
    timer.async_wait([](const asio::error_code&) {});
  }
  steady_timer& any() { return timers[pattern.victim(timers.size())]; }

  asio::io_context loop{1};
  TimerPattern pattern;
  const steady_timer::time_point began = steady_timer::clock_type::now();
  std::vector<steady_timer> timers;
};

void rearm(benchmark::State& state) {
  Pending pending(state.range(0));
  std::size_t waiting = 0;
  for (auto _ : state) {
    pending.start(pending.any());
    if (++waiting == kHandlersPerRun) {
      pending.loop.poll();
      waiting = 0;
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(rearm)->Name("CancelAndAdd_asio")->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(rearm)->Name("Rearm_asio")->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

}  // namespace
