#include "servers/process.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "reactor/socket.hpp"

namespace halo::process {
namespace {

TEST(EscapeControlBytes, LeavesTextAlone) {
  EXPECT_EQ(escape_control_bytes("Connection reset by peer \xc3\xa9 %s"),
            "Connection reset by peer \xc3\xa9 %s");
}

TEST(EscapeControlBytes, DisarmsLinesAndTerminals) {
  using namespace std::string_literals;
  EXPECT_EQ(escape_control_bytes("a\nb\x1b[2J\0\x7f"s), "a\\x0ab\\x1b[2J\\x00\\x7f");
}

TEST(LogToStderr, WritesOneLine) {
  testing::internal::CaptureStderr();
  log_to_stderr("hello-tcp")(LogLevel::kInfo, "somebody\nsaid");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "hello-tcp: somebody\\x0asaid\n");
}

TEST(UsableProcessors, AreAtLeastOne) { EXPECT_GE(usable_processors(), 1U); }

TEST(Prepare, RaisesTheLimitOfDescriptorsAndSurvivesDeadPipes) {
  prepare();
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_TRUE(limit.rlim_cur == limit.rlim_max || limit.rlim_max == RLIM_INFINITY)
      << limit.rlim_cur << " of " << limit.rlim_max;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  EXPECT_EQ(::write(ends[1], "x", 1), -1);  // and here we are still
  ::close(ends[1]);
}

TEST(BlockedSignals, AreWaitedFor) {
  const BlockedSignals signals({SIGUSR1});
  ASSERT_EQ(::raise(SIGUSR1), 0);
  signals.wait();
  signals.unblock();
}

TEST(ExitAtDeathTest, EndsWithTheSignalsNumber) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        exit_at({SIGTERM});
        (void)::raise(SIGTERM);
      },
      testing::ExitedWithCode(128 + SIGTERM), "");
}

/// A blocking descriptor on which nothing ever comes, unless the test sends it.
class StopWaitingAt : public testing::Test {
 protected:
  StopWaitingAt() {
    prepare();  // as every main does
    EXPECT_EQ(::pipe(ends_), 0);
  }
  ~StopWaitingAt() override {
    for (const int number : {SIGUSR1, SIGUSR2}) {
      (void)::signal(number, SIG_DFL);
    }
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  ssize_t read_one() {
    char byte = 0;
    return ::read(ends_[0], &byte, 1);
  }

  int ends_[2];
};

TEST_F(StopWaitingAt, ASignalBeforeTheCallLeavesNothingToWaitFor) {
  stop_waiting_at({SIGUSR1}, ends_[0]);
  EXPECT_FALSE(waiting_stopped());
  ASSERT_EQ(::raise(SIGUSR1), 0);
  EXPECT_TRUE(waiting_stopped());
  EXPECT_EQ(read_one(), -1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST_F(StopWaitingAt, WhatHasArrivedIsThereStill) {
  stop_waiting_at({SIGUSR1}, ends_[0]);
  ASSERT_EQ(::write(ends_[1], "x", 1), 1);
  ASSERT_EQ(::raise(SIGUSR1), 0);
  EXPECT_EQ(read_one(), 1);
  EXPECT_EQ(read_one(), -1);
}

#if !defined(__SANITIZE_THREAD__)
// g++ 12's ThreadSanitizer puts a handler off that comes between its own entry into read(2) and the
// system call, until that returns, which it never does.
TEST_F(StopWaitingAt, ASignalAtAnyMomentEndsTheWaiting) {
  for (int round = 0; round < 200; ++round) {  // before the call, on its way in, and in it
    ASSERT_FALSE(socket::set_blocking(ends_[0], true));
    stop_waiting_at({SIGUSR1}, ends_[0]);
    std::thread sender([reader = ::pthread_self()] { (void)::pthread_kill(reader, SIGUSR1); });
    EXPECT_EQ(read_one(), -1);
    EXPECT_TRUE(waiting_stopped());
    sender.join();
  }
}
#endif

TEST_F(StopWaitingAt, ASecondSignalEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        stop_waiting_at({SIGUSR1, SIGUSR2}, ends_[0]);
        (void)::raise(SIGUSR1);
        (void)::raise(SIGUSR2);
      },
      testing::ExitedWithCode(128 + SIGUSR2), "");
}

}  // namespace
}  // namespace halo::process
