#include <time.h>

#include <chrono>

#include <gtest/gtest.h>

#include "protocols/hello/work.hpp"

namespace halo::hello {
namespace {

using namespace std::chrono_literals;

Duration cpu_time() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

TEST(Work, SleepWaitsWithoutComputing) {
  const auto began = std::chrono::steady_clock::now();
  const Duration computed = cpu_time();
  do_work({Work::Kind::kSleep, 20ms});
  EXPECT_GE(std::chrono::steady_clock::now() - began, 20ms);
  EXPECT_LT(cpu_time() - computed, 20ms);
}

TEST(Work, CpuComputesForItsTime) {
  const Duration began = cpu_time();
  do_work({Work::Kind::kCpu, 5ms});
  EXPECT_GE(cpu_time() - began, 5ms);
}

TEST(Work, NoneReturns) {
  do_work({});
  do_work({Work::Kind::kNone, 24h});  // its duration means nothing
}

}  // namespace
}  // namespace halo::hello
