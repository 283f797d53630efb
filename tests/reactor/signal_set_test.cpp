#include "reactor/signal_set.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/descriptors.hpp"
#include "tests/support/loops.hpp"

namespace halo {
namespace {

class SignalSetTest : public test::OnEveryPoller {
 protected:
  std::unique_ptr<SignalSet> make(std::initializer_list<int> signals) {
    Result<std::unique_ptr<SignalSet>> set =
        SignalSet::create(*loop_, signals, [this](int number) { seen_.push_back(number); });
    EXPECT_TRUE(set.has_value()) << set.error().message();
    return std::move(*set);
  }
  static void (*disposition_of(int number))(int) {
    struct sigaction action {};
    EXPECT_EQ(::sigaction(number, nullptr, &action), 0);
    return action.sa_handler;
  }

  std::vector<int> seen_;
};

HALO_ON_EVERY_POLLER(SignalSetTest);

TEST_P(SignalSetTest, TellsWhichSignalCameOnTheLoop) {
  const auto set = make({SIGUSR1, SIGUSR2});
  ASSERT_EQ(::raise(SIGUSR2), 0);
  EXPECT_TRUE(seen_.empty()) << "not inside the signal handler";
  ASSERT_EQ(::raise(SIGUSR1), 0);
  ASSERT_TRUE(test::run_until(*loop_, [&] { return seen_.size() == 2; }));
  EXPECT_EQ(seen_, (std::vector{SIGUSR2, SIGUSR1}));
}

TEST_P(SignalSetTest, ForkedChildLeavesItsSignalsToItself) {
  const auto set = make({SIGUSR1});
  const pid_t child = ::fork();
  if (child == 0) {
    (void)::raise(SIGUSR1);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  loop_->run_once(Duration::zero());
  EXPECT_TRUE(seen_.empty()) << "the child shares the pipe until it calls exec";
}

TEST_P(SignalSetTest, WakesASleepingLoop) {
  const std::unique_ptr<EventLoop> loop = test::make_loop(GetParam());
  std::latch ready(1);
  std::thread runner([&] {
    auto set = SignalSet::create(*loop, {SIGUSR1}, [&](int) { loop->stop(); }).value();
    ready.count_down();
    loop->run();
  });
  ready.wait();
  ASSERT_EQ(::kill(::getpid(), SIGUSR1), 0);
  runner.join();
}

TEST_P(SignalSetTest, FloodIsSurvivedAndTold) {
  const auto set = make({SIGUSR1});
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_EQ(::raise(SIGUSR1), 0);
  }
  test::run_while_busy(*loop_);
  EXPECT_FALSE(seen_.empty());
  const std::size_t before = seen_.size();
  ASSERT_EQ(::raise(SIGUSR1), 0);
  ASSERT_TRUE(test::run_until(*loop_, [&] { return seen_.size() > before; }));
}

TEST_P(SignalSetTest, HandlerKeepsErrno) {
  const auto set = make({SIGUSR1});
  errno = 77;
  ASSERT_EQ(::raise(SIGUSR1), 0);
  EXPECT_EQ(errno, 77);
}

TEST_P(SignalSetTest, FormerDispositionComesBack) {
  ASSERT_NE(::signal(SIGUSR1, SIG_IGN), SIG_ERR);
  {
    const auto set = make({SIGUSR1});
    EXPECT_NE(disposition_of(SIGUSR1), SIG_IGN);
  }
  EXPECT_EQ(disposition_of(SIGUSR1), SIG_IGN);
  ASSERT_EQ(::raise(SIGUSR1), 0);
  EXPECT_TRUE(seen_.empty());
  ASSERT_NE(::signal(SIGUSR1, SIG_DFL), SIG_ERR);
}

TEST_P(SignalSetTest, FirstSignalIsTakenAndTheNextDoesWhatItDidBefore) {
  static volatile std::sig_atomic_t s_former = 0;
  ASSERT_NE(::signal(SIGUSR1, [](int number) { s_former = number; }), SIG_ERR);
  ASSERT_NE(::signal(SIGUSR2, [](int number) { s_former = number; }), SIG_ERR);
  for (const auto& [first, second] : {std::pair{SIGUSR1, SIGUSR1}, std::pair{SIGUSR1, SIGUSR2}}) {
    s_former = 0;
    seen_.clear();
    auto set = SignalSet::create(
                   *loop_, {SIGUSR1, SIGUSR2}, [this](int number) { seen_.push_back(number); },
                   SignalSet::Take::kFirst)
                   .value();
    ASSERT_EQ(::raise(first), 0);
    EXPECT_EQ(s_former, 0);
    ASSERT_EQ(::raise(second), 0);  // the loop has not run
    EXPECT_EQ(s_former, second);
    test::run_while_busy(*loop_);
    EXPECT_EQ(seen_, std::vector{first});
  }
  ASSERT_NE(::signal(SIGUSR1, SIG_DFL), SIG_ERR);
  ASSERT_NE(::signal(SIGUSR2, SIG_DFL), SIG_ERR);
}

TEST_P(SignalSetTest, SignalMayBelongToAnotherSetLater) {
  for (int i = 0; i < 3; ++i) {
    seen_.clear();
    const auto set = make({SIGUSR1});
    ASSERT_EQ(::raise(SIGUSR1), 0);
    ASSERT_TRUE(test::run_until(*loop_, [&] { return seen_.size() == 1; }));
  }
}

TEST_P(SignalSetTest, TwoSetsShareTheSignals) {
  const auto first = make({SIGUSR1});
  int second_seen = 0;
  const auto second = SignalSet::create(*loop_, {SIGUSR2}, [&](int) { ++second_seen; }).value();
  ASSERT_EQ(::raise(SIGUSR2), 0);
  ASSERT_TRUE(test::run_until(*loop_, [&] { return second_seen == 1; }));
  EXPECT_TRUE(seen_.empty());
}

TEST_P(SignalSetTest, SignalThatCannotBeCaughtIsAnErrorAndLeavesNothing) {
  const auto former = disposition_of(SIGUSR1);
  const std::size_t before = test::open_descriptors();
  EXPECT_EQ(SignalSet::create(*loop_, {SIGUSR1, SIGKILL}, [](int) {}).error(),
            std::errc::invalid_argument);
  EXPECT_EQ(disposition_of(SIGUSR1), former);
  EXPECT_EQ(test::open_descriptors(), before);
  (void)make({SIGUSR1});
}

TEST_P(SignalSetTest, LackOfDescriptorsIsAnError) {
  test::DescriptorShortage shortage(0);
  EXPECT_EQ(SignalSet::create(*loop_, {SIGUSR1}, [](int) {}).error(),
            std::errc::too_many_files_open);
}

class SignalSetDeathTest : public SignalSetTest {
 protected:
  // A child that is forked and no more has no kqueue, see kqueue(2); this one makes its own loop.
  SignalSetDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

HALO_ON_EVERY_POLLER(SignalSetDeathTest);

TEST_P(SignalSetDeathTest, SignalOfAnotherSetAborts) {
  const auto set = make({SIGUSR1});
  EXPECT_DEATH((void)SignalSet::create(*loop_, {SIGUSR1}, [](int) {}), "one set at a time");
}

TEST_P(SignalSetDeathTest, NumberThatIsNoSignalAborts) {
  EXPECT_DEATH((void)SignalSet::create(*loop_, {1000}, [](int) {}), "not a signal's number");
}

}  // namespace
}  // namespace halo
