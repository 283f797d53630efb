#include "bench/process_stats.hpp"

#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace halo::bench {
namespace {

constexpr int kNobody = 1 << 24;  // more than the kernel ever counts up to

TEST(ProcessStats, CpuTimeGrowsWithTheWorkAndKeepsThatOfThreadsThatHaveEnded) {
  const Duration before = *cpu_time(::getpid());
  std::thread([] {
    const Duration begin = *own_cpu_time();
    while (*own_cpu_time() - begin < std::chrono::milliseconds(20)) {
    }
  }).join();
  const Duration used = *cpu_time(::getpid()) - before;
  EXPECT_GE(used, std::chrono::milliseconds(20));
  EXPECT_GE(*own_cpu_time(), before + used);
}

TEST(ProcessStats, ThreadsAreCounted) {
  std::thread([] {}).join();  // with the first one ThreadSanitizer starts a thread of its own
  const std::size_t before = *thread_count(::getpid());
  std::atomic<bool> done = false;
  std::thread waiting([&done] { done.wait(false); });
  EXPECT_EQ(*thread_count(::getpid()), before + 1);
  done = true;
  done.notify_all();
  waiting.join();
}

TEST(ProcessStats, MemoryThatIsTouchedIsResident) {
  constexpr std::size_t kBytes = 64 << 20;
  const std::uint64_t before = *resident_bytes(::getpid());
  std::vector<char> memory(kBytes, 'x');
  const std::uint64_t after = *resident_bytes(::getpid());
  EXPECT_GE(after, before + kBytes / 2) << memory[kBytes / 2];
}

TEST(ProcessStats, ALookAtTheMemoryIsWrongByLittle) {
  constexpr std::uint64_t kLag = 8 << 20;  // 64 pages of each of many cores
  const std::uint64_t exactly = *resident_bytes(::getpid());
  const std::uint64_t about = *resident_bytes_about(::getpid());
  EXPECT_LE(about, exactly + kLag);
  EXPECT_GE(about + kLag, exactly);
}

TEST(ProcessStats, SleepingIsAContextSwitch) {
  const std::uint64_t before = *context_switches(::getpid());
  for (int i = 0; i < 5; ++i) {
    ::usleep(100);
  }
  EXPECT_GE(*context_switches(::getpid()), before + 5);
}

TEST(ProcessStats, TheProgramIsTheFileThatRuns) {
  EXPECT_EQ(program_path(::getpid()).value().filename(), "bench_tests");
}

TEST(ProcessStats, AProcessThatIsNotThereHasNone) {
  EXPECT_EQ(cpu_time(kNobody), std::nullopt);
  EXPECT_EQ(thread_count(kNobody), std::nullopt);
  EXPECT_EQ(resident_bytes(kNobody), std::nullopt);
  EXPECT_EQ(resident_bytes_about(kNobody), std::nullopt);
  EXPECT_EQ(context_switches(kNobody), std::nullopt);
  EXPECT_EQ(program_path(kNobody), std::nullopt);
}

}  // namespace
}  // namespace halo::bench
