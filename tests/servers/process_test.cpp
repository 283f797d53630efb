#include "servers/process.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace halo::process
