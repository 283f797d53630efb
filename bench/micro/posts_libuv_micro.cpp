// Waking another thread's loop by libuv's handles for it: the way there and back of
// posts_micro.cpp. libuv has no queue of tasks, so the other benchmarks would measure one of ours.

#include <uv.h>

#include <atomic>
#include <thread>

#include <benchmark/benchmark.h>

namespace {

/// A loop that others can wake; each wake-up calls the other one back.
struct Side {
  uv_loop_t loop;
  uv_async_t wake;
  Side* other = nullptr;
  std::atomic<bool> ends{false};
  bool woken = false;

  explicit Side(uv_async_cb on_wake) {
    uv_loop_init(&loop);
    uv_async_init(&loop, &wake, on_wake);
    wake.data = this;
  }
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;
  ~Side() {
    uv_close(reinterpret_cast<uv_handle_t*>(&wake), nullptr);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
  }
};

void on_wake_there(uv_async_t* wake) {
  const auto* const there = static_cast<Side*>(wake->data);
  if (there->ends.load()) {
    uv_stop(wake->loop);
  } else {
    uv_async_send(&there->other->wake);
  }
}

void ping_pong(benchmark::State& state) {
  Side here([](uv_async_t* wake) { static_cast<Side*>(wake->data)->woken = true; });
  Side there(on_wake_there);
  there.other = &here;
  std::thread thread([&there] { uv_run(&there.loop, UV_RUN_DEFAULT); });
  for (auto _ : state) {
    here.woken = false;
    uv_async_send(&there.wake);
    while (!here.woken) {
      uv_run(&here.loop, UV_RUN_ONCE);
    }
  }
  there.ends.store(true);
  uv_async_send(&there.wake);
  thread.join();
}
BENCHMARK(ping_pong)->Name("PingPong_libuv")->UseRealTime();

}  // namespace
