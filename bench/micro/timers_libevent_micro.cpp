// libevent's timers, a binary heap with microseconds: what timers_micro.cpp does, done there. It is
// done in a callback, for only there libevent does not ask for the time with each timer.

#include <event2/event.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/micro/timer_pattern.hpp"

namespace {

using halo::bench::TimerPattern;

struct Pending {
  explicit Pending(std::int64_t count) : timers(static_cast<std::size_t>(count)) {
    for (event*& timer : timers) {
      timer = evtimer_new(
          loop, [](evutil_socket_t, short, void*) {}, nullptr);
      start(timer);
    }
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() {
    for (event* const timer : timers) {
      event_free(timer);
    }
    event_base_free(loop);
  }

  void start(event* timer) {
    const auto delay = std::chrono::duration_cast<std::chrono::microseconds>(pattern.delay());
    const timeval time = {delay.count() / 1'000'000, delay.count() % 1'000'000};
    evtimer_add(timer, &time);
  }
  event* any() { return timers[pattern.victim(timers.size())]; }

  /// Does it in the loop.
  void in_callback(std::function<void()> what) const {
    event_base_once(
        loop, -1, EV_TIMEOUT,
        [](evutil_socket_t, short, void* argument) {
          (*static_cast<std::function<void()>*>(argument))();
        },
        &what, nullptr);
    event_base_loop(loop, EVLOOP_ONCE);
  }

  event_base* loop = event_base_new();
  TimerPattern pattern;
  std::vector<event*> timers;
};

void cancel_and_add(benchmark::State& state) {
  Pending pending(state.range(0));
  pending.in_callback([&state, &pending] {
    for (auto _ : state) {
      event* const timer = pending.any();
      evtimer_del(timer);
      pending.start(timer);
    }
  });
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(cancel_and_add)->Name("CancelAndAdd_libevent")->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

void rearm(benchmark::State& state) {
  Pending pending(state.range(0));
  pending.in_callback([&state, &pending] {
    for (auto _ : state) {
      pending.start(pending.any());
    }
  });
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(rearm)->Name("Rearm_libevent")->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

}  // namespace
