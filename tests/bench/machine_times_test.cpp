#include "bench/machine_times.hpp"

#include <gtest/gtest.h>

#include "bench/process_stats.hpp"

namespace halo::bench {
namespace {

TEST(MachineTimes, GrowWithOurOwnWork) {
  constexpr Duration kWork = std::chrono::milliseconds(200);
  constexpr Duration kSampling = std::chrono::milliseconds(100);  // ticks that hit somebody else
  const MachineTimes before = *machine_times();
  const Duration begin = *own_cpu_time();
  while (*own_cpu_time() - begin < kWork) {
  }
  const MachineTimes after = *machine_times();
  EXPECT_GE(after.busy - before.busy, kWork - kSampling);
  EXPECT_GE(after.stolen, before.stolen);
}

}  // namespace
}  // namespace halo::bench
