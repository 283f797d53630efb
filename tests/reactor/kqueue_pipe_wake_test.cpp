// The poller as systems get it whose <sys/event.h> has no EVFILT_USER (OpenBSD, NetBSD before 10):
// compiled once more, without, so that it wakes by a pipe.

#include <sys/event.h>

#undef EVFILT_USER
#define make_kqueue_poller make_kqueue_poller_that_wakes_by_a_pipe
#include "reactor/poller/kqueue_poller.cpp"  // NOLINT(bugprone-suspicious-include): see above
#undef make_kqueue_poller

#include <array>
#include <thread>

#include <gtest/gtest.h>

#include "tests/reactor/expect_events.hpp"
#include "tests/support/descriptors.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

class KqueuePipeWake : public testing::Test {
 protected:
  std::size_t wait(std::optional<Duration> timeout) {
    return poller_->wait(events_, timeout).value();
  }

  std::array<Event, 4> events_;
  std::unique_ptr<Poller> poller_ = make_kqueue_poller_that_wakes_by_a_pipe().value();
  test::SocketPair pair_ = test::unix_pair();
};

TEST_F(KqueuePipeWake, WakeEndsTheNextWaitAndIsUsedUp) {
  for (int i = 0; i < 100'000; ++i) {  // more than a pipe holds
    poller_->wake();
  }
  EXPECT_EQ(wait(std::nullopt), 0U) << "a wake is not an event";
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(wait(std::chrono::milliseconds(20)), 0U);
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(20));
}

TEST_F(KqueuePipeWake, WakeOfAnotherThreadEndsTheWait) {
  for (int i = 0; i < 100; ++i) {
    std::thread other([this] { poller_->wake(); });
    EXPECT_EQ(wait(std::nullopt), 0U);
    other.join();
  }
}

TEST_F(KqueuePipeWake, WakeHidesNoEvent) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), {1, 1}, Interest::kWritable));
  poller_->wake();
  test::expect_events(*poller_, {{{1, 1}, Interest::kWritable}});
}

TEST_F(KqueuePipeWake, ShortageOfDescriptorsIsAnErrorAndLeaksNone) {
  const std::size_t before = test::open_descriptors();
  for (std::size_t spare = 0; spare < 3; ++spare) {
    const test::DescriptorShortage shortage(spare);
    const auto poller = make_kqueue_poller_that_wakes_by_a_pipe();
    ASSERT_FALSE(poller.has_value()) << spare;
    EXPECT_EQ(poller.error(), std::errc::too_many_files_open);
  }
  EXPECT_EQ(test::open_descriptors(), before);
}

}  // namespace
}  // namespace halo
