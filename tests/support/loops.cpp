#include "tests/support/loops.hpp"

#include <chrono>
#include <thread>

namespace halo::test {

std::unique_ptr<EventLoop> make_loop(PollerKind kind) { return make_loop(kind, monotonic_clock()); }

std::unique_ptr<EventLoop> make_loop(PollerKind kind, const Clock& clock) {
  return EventLoop::create(kind, clock).value();
}

testing::AssertionResult run_until(EventLoop& loop, const std::function<bool()>& done) {
  const auto limit = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > limit) {
      return testing::AssertionFailure() << "it did not happen in time";
    }
    loop.run_once(std::chrono::milliseconds(1));
  }
  return testing::AssertionSuccess();
}

void run_while_busy(EventLoop& loop) {
  // Level-triggered readiness that nobody consumes would go on for ever: hence the bound.
  for (int turn = 0; turn < 1000 && loop.run_once(Duration::zero()) > 0; ++turn) {
  }
}

testing::AssertionResult wait_until(const std::function<bool()>& done) {
  const auto limit = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > limit) {
      return testing::AssertionFailure() << "it did not happen in time";
    }
    std::this_thread::yield();
  }
  return testing::AssertionSuccess();
}

std::string name_of(PollerKind kind) { return std::string(make_poller(kind).value()->name()); }

std::string poller_test_name(const testing::TestParamInfo<PollerKind>& info) {
  return name_of(info.param);
}

}  // namespace halo::test
