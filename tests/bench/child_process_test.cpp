#include "bench/child_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include <gtest/gtest.h>

#include "tests/support/loops.hpp"

namespace halo::bench {
namespace {

class ChildProcessTest : public testing::Test {
 protected:
  std::unique_ptr<ChildProcess> shell(const std::string& script) {
    return std::move(*ChildProcess::start(*loop_, {"/bin/sh", "-c", script}));
  }

  std::unique_ptr<EventLoop> loop_ = test::make_loop();
  std::unique_ptr<Interrupt> interrupt_ = std::move(*Interrupt::create(*loop_));
};

TEST_F(ChildProcessTest, TellsItsFirstLineAndEndsWhenToldTo) {
  auto child = shell("trap 'exit 0' TERM; echo ready; echo more; while :; do sleep 0.01; done");
  EXPECT_EQ(child->first_line(test::kPatience, *interrupt_), "ready");
  const ChildExit ended = child->stop(test::kPatience);
  EXPECT_TRUE(ended.clean()) << ended.describe();
}

TEST_F(ChildProcessTest, OneThatDiesSilentlyHasNoFirstLine) {
  auto child = shell("echo why >&2; exit 3");
  EXPECT_EQ(child->first_line(test::kPatience, *interrupt_), std::nullopt);
  EXPECT_TRUE(child->output_ended());
  const ChildExit ended = child->stop(test::kPatience);
  EXPECT_FALSE(ended.clean());
  EXPECT_EQ(ended.describe(), "exit code 3");
  EXPECT_EQ(child->error_output(), "why\n");
}

TEST_F(ChildProcessTest, OneThatNeverPrintsIsWaitedForOnlySoLong) {
  auto child = shell("exec sleep 1000");
  EXPECT_EQ(child->first_line(std::chrono::milliseconds(10), *interrupt_), std::nullopt);
  EXPECT_FALSE(child->output_ended());
}

TEST_F(ChildProcessTest, OneThatIgnoresTheSignalIsKilled) {
  auto child = shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");
  ASSERT_EQ(child->first_line(test::kPatience, *interrupt_), "ready");
  const ChildExit ended = child->stop(std::chrono::milliseconds(20));
  EXPECT_TRUE(ended.killed);
  EXPECT_FALSE(ended.clean());
  EXPECT_NE(ended.describe().find("signal 9"), std::string::npos) << ended.describe();
}

TEST_F(ChildProcessTest, OneThatCannotBeExecutedSaysWhy) {
  auto child = std::move(*ChildProcess::start(*loop_, {"/nowhere/at/all"}));
  EXPECT_EQ(child->first_line(test::kPatience, *interrupt_), std::nullopt);
  EXPECT_EQ(child->stop(test::kPatience).describe(), "exit code 127");
  EXPECT_EQ(child->error_output(), "cannot execute /nowhere/at/all: No such file or directory");
}

TEST_F(ChildProcessTest, OneThatNobodyStoppedIsGoneWithItsOwner) {
  int pid = 0;
  {
    auto child = shell("echo ready; exec sleep 1000");
    ASSERT_EQ(child->first_line(test::kPatience, *interrupt_), "ready");
    pid = child->pid();
  }
  EXPECT_EQ(::waitpid(pid, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);  // killed, and waited for
}

TEST_F(ChildProcessTest, ASignalToAFreshChildIsNotTakenForOurs) {
  for (int i = 0; i < 50; ++i) {
    shell("exec sleep 1000")
        ->stop(test::kPatience);  // likely before the child has begun to execute
    (void)loop_->run_once(Duration::zero());
    ASSERT_FALSE(*interrupt_) << "after " << i << " children";
  }
}

TEST_F(ChildProcessTest, AFirstLineIsNotWaitedForAfterASignal) {
  auto child = shell("exec sleep 1000");
  ::raise(SIGINT);
  EXPECT_EQ(child->first_line(test::kPatience, *interrupt_), std::nullopt);
  EXPECT_EQ(interrupt_->signal_number(), SIGINT);
}

}  // namespace
}  // namespace halo::bench
