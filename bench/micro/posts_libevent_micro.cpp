// Waking another thread's loop by making an event of it active: the way there and back of
// posts_micro.cpp. libevent has no queue of tasks, so the other benchmarks would measure one of
// ours.

#include <event2/event.h>
#include <event2/thread.h>

#include <atomic>
#include <thread>

#include <benchmark/benchmark.h>

namespace {

/// A loop that others can wake; each wake-up calls the other one back.
struct Side {
  event_base* loop = event_base_new();
  event* wake = nullptr;
  Side* other = nullptr;
  std::atomic<bool> ends{false};
  bool woken = false;

  explicit Side(event_callback_fn on_wake) : wake(event_new(loop, -1, EV_PERSIST, on_wake, this)) {
    event_add(wake, nullptr);
  }
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;
  ~Side() {
    event_free(wake);
    event_base_free(loop);
  }
};

void on_wake_here(evutil_socket_t, short, void* here) { static_cast<Side*>(here)->woken = true; }

void on_wake_there(evutil_socket_t, short, void* argument) {
  const auto* const there = static_cast<Side*>(argument);
  if (there->ends.load()) {
    event_base_loopbreak(there->loop);
  } else {
    event_active(there->other->wake, EV_READ, 0);
  }
}

void ping_pong(benchmark::State& state) {
  evthread_use_pthreads();  // before there is a loop, or it takes no locks
  Side here(on_wake_here);
  Side there(on_wake_there);
  there.other = &here;
  std::thread thread([&there] { event_base_loop(there.loop, EVLOOP_NO_EXIT_ON_EMPTY); });
  for (auto _ : state) {
    here.woken = false;
    event_active(there.wake, EV_READ, 0);
    while (!here.woken) {
      event_base_loop(here.loop, EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY);
    }
  }
  there.ends.store(true);
  event_active(there.wake, EV_READ, 0);
  thread.join();
}
BENCHMARK(ping_pong)->Name("PingPong_libevent")->UseRealTime();

}  // namespace
