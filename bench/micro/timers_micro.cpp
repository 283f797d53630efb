// What a timer costs among many that are pending: the life of an idle timeout is to be armed and
// cancelled, or moved, again and again; hardly one ever runs. The same for other libraries is in
// timers_*_micro.cpp, but for what needs a clock that can be set: only ours has one.

#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/micro/timer_pattern.hpp"
#include "reactor/timer_queue.hpp"

namespace {

using halo::Duration;
using halo::TimePoint;
using halo::TimerId;
using halo::TimerQueue;

constexpr TimePoint kZero{};
constexpr Duration kSpread = halo::bench::TimerPattern::kSpread;

/// A queue in which `count` timers are pending, spread over a minute.
struct Pending {
  explicit Pending(std::int64_t count) : queue(kZero) {
    for (std::int64_t i = 0; i < count; ++i) {
      ids.push_back(queue.add(kZero + delay(), Duration::zero(), [] {}));
    }
  }

  Duration delay() { return pattern.delay(); }
  TimerId& any() { return ids[pattern.victim(ids.size())]; }

  halo::bench::TimerPattern pattern;
  TimerQueue queue;
  std::vector<TimerId> ids;
};

void CancelAndAdd(benchmark::State& state) {
  Pending pending(state.range(0));
  for (auto _ : state) {
    TimerId& id = pending.any();
    pending.queue.cancel(id);
    id = pending.queue.add(kZero + pending.delay(), Duration::zero(), [] {});
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(CancelAndAdd)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

void Rearm(benchmark::State& state) {
  Pending pending(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(pending.queue.rearm(pending.any(), kZero + pending.delay()));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Rearm)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

/// The whole life of timers that do run: armed, moved through the wheel, called.
void AddAndRun(benchmark::State& state) {
  Pending pending(state.range(0));
  TimePoint now = kZero;
  const Duration step = kSpread / state.range(0);
  for (auto _ : state) {
    now += step;
    const std::size_t ran = pending.queue.run_due(now, SIZE_MAX);
    for (std::size_t i = 0; i < ran; ++i) {
      pending.queue.add(now + kSpread, Duration::zero(), [] {});
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(AddAndRun)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

/// What a loop asks once in each iteration.
void NextDeadline(benchmark::State& state) {
  Pending pending(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(pending.queue.next_deadline());
  }
}
BENCHMARK(NextDeadline)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

}  // namespace
