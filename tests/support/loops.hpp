#pragma once

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "reactor/event_loop.hpp"
#include "tests/support/simulated_clock.hpp"

namespace halo::test {

/// How long a test waits for what should come at once: only a hang gets there.
inline constexpr std::chrono::seconds kPatience{20};

std::unique_ptr<EventLoop> make_loop(PollerKind kind = PollerKind::kBest);
std::unique_ptr<EventLoop> make_loop(PollerKind kind, const Clock& clock);

/// Iterates until `done` says so. Fails when kPatience is over.
testing::AssertionResult run_until(EventLoop& loop, const std::function<bool()>& done);

/// Iterates until nothing happens: what the kernel has by now is served, no timer waited for.
void run_while_busy(EventLoop& loop);

/// Waits for what another thread does, without a loop of one's own.
testing::AssertionResult wait_until(const std::function<bool()>& done);

/// "epoll", for the names of parameterised tests.
std::string name_of(PollerKind kind);
std::string poller_test_name(const testing::TestParamInfo<PollerKind>& info);

/// A case that runs on every poller of this system.
class OnEveryPoller : public testing::TestWithParam<PollerKind> {
 protected:
  SimulatedClock clock_;
  std::unique_ptr<EventLoop> loop_ = make_loop(GetParam(), clock_);
};

}  // namespace halo::test

/// Runs the cases of `fixture`, an OnEveryPoller, on every poller: "fixture.Case/epoll".
#define HALO_ON_EVERY_POLLER(fixture)                                                            \
  INSTANTIATE_TEST_SUITE_P(                                                                      \
      , fixture,                                                                                 \
      testing::ValuesIn(::halo::available_pollers().begin(), ::halo::available_pollers().end()), \
      ::halo::test::poller_test_name)
