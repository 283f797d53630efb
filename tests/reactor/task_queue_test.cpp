#include "reactor/task_queue.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/limits.hpp"
#include "tests/support/loops.hpp"

namespace halo {
namespace {

TEST(TaskQueue, RunsTasksInOrderOfPushing) {
  TaskQueue queue;
  std::vector<int> ran;
  for (int i = 0; i < 5; ++i) {
    (void)queue.push([&ran, i] { ran.push_back(i); });
  }
  EXPECT_FALSE(queue.prepare_to_sleep());
  EXPECT_EQ(queue.run(SIZE_MAX), 5U);
  EXPECT_EQ(ran, (std::vector{0, 1, 2, 3, 4}));
  EXPECT_TRUE(queue.prepare_to_sleep());
  queue.awake();
  EXPECT_EQ(queue.run(SIZE_MAX), 0U);
}

TEST(TaskQueue, TaskPushedByATaskRunsInTheNextTurn) {
  TaskQueue queue;
  int runs = 0;
  (void)queue.push([&] { (void)queue.push([&] { ++runs; }); });
  EXPECT_EQ(queue.run(SIZE_MAX), 1U);
  EXPECT_EQ(runs, 0);
  EXPECT_FALSE(queue.prepare_to_sleep());
  EXPECT_EQ(queue.run(SIZE_MAX), 1U);
  EXPECT_EQ(runs, 1);
}

TEST(TaskQueue, TurnIsBoundedAndKeepsTheOrder) {
  TaskQueue queue;
  std::vector<int> ran;
  const auto push = [&](int i) { (void)queue.push([&ran, i] { ran.push_back(i); }); };
  for (int i = 0; i < 5; ++i) {
    push(i);
  }
  EXPECT_EQ(queue.run(2), 2U);
  EXPECT_FALSE(queue.prepare_to_sleep());
  push(5);
  while (queue.run(2) > 0) {
  }
  EXPECT_EQ(ran, (std::vector{0, 1, 2, 3, 4, 5}));
}

TEST(TaskQueue, ThrowingTaskIsOverAndTheRestStays) {
  TaskQueue queue;
  int runs = 0;
  (void)queue.push([&] { ++runs; });
  (void)queue.push([] { throw std::runtime_error("no"); });
  (void)queue.push([&] { ++runs; });
  EXPECT_THROW(queue.run(SIZE_MAX), std::runtime_error);
  EXPECT_EQ(runs, 1);
  EXPECT_FALSE(queue.prepare_to_sleep());
  EXPECT_EQ(queue.run(SIZE_MAX), 1U);
  EXPECT_EQ(runs, 2);
}

TEST(TaskQueue, TaskIsDestroyedRightAfterItsRun) {
  TaskQueue queue;
  const auto shared = std::make_shared<int>();
  (void)queue.push([shared] {});
  long count_in_next = 0;
  (void)queue.push([&] { count_in_next = shared.use_count(); });
  queue.run(SIZE_MAX);
  EXPECT_EQ(count_in_next, 1);
}

TEST(TaskQueue, TasksThatNeverRanAreDestroyed) {
  const auto shared = std::make_shared<int>();
  {
    TaskQueue queue;
    (void)queue.push([shared] { ++*shared; });
    EXPECT_EQ(shared.use_count(), 2);
  }
  EXPECT_EQ(shared.use_count(), 1);
  EXPECT_EQ(*shared, 0);
}

TEST(TaskQueue, OnlyAPushToASleeperAsksForAWake) {
  TaskQueue queue;
  EXPECT_FALSE(queue.push([] {}));
  EXPECT_FALSE(queue.prepare_to_sleep()) << "there is a task";
  queue.run(SIZE_MAX);
  EXPECT_TRUE(queue.prepare_to_sleep());
  EXPECT_TRUE(queue.push([] {}));
  EXPECT_FALSE(queue.push([] {})) << "one wake is enough";
  queue.awake();
  EXPECT_FALSE(queue.push([] {}));
}

TEST(TaskQueue, RestOfACutTurnKeepsTheLoopAwake) {
  TaskQueue queue;
  (void)queue.push([] {});
  (void)queue.push([] {});
  queue.run(1);
  EXPECT_FALSE(queue.prepare_to_sleep());
  queue.run(1);
  EXPECT_TRUE(queue.prepare_to_sleep());
}

TEST(TaskQueue, BurstIsRunWhole) {
  TaskQueue queue;
  const std::size_t burst = limits::kTasksKept * 3;
  std::size_t runs = 0;
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < burst; ++i) {
      (void)queue.push([&runs] { ++runs; });
    }
    while (queue.run(limits::kTasksPerTurn) > 0) {
    }
  }
  EXPECT_EQ(runs, 3 * burst);
}

TEST(TaskQueue, NoWakeUpIsLostAndEachProducersOrderIsKept) {
  constexpr std::size_t kProducers = 4;
  constexpr int kTasksEach = 30'000;
  TaskQueue queue;
  std::mutex mutex;
  std::condition_variable woken;
  bool wake_pending = false;

  std::array<int, kProducers> last{};  // the consumer's alone
  std::vector<std::thread> producers;
  for (std::size_t p = 0; p < kProducers; ++p) {
    producers.emplace_back([&, p] {
      for (int i = 1; i <= kTasksEach; ++i) {
        const bool wake = queue.push([&last, p, i] {
          ASSERT_EQ(last[p] + 1, i);
          last[p] = i;
        });
        if (wake) {
          const std::lock_guard lock(mutex);
          wake_pending = true;
          woken.notify_one();
        }
        if (i % 64 == 0) {
          std::this_thread::yield();  // lets the consumer fall asleep
        }
      }
    });
  }

  std::size_t left = kProducers * kTasksEach;
  bool lost = false;
  while (left > 0 && !lost) {
    if (queue.prepare_to_sleep()) {
      std::unique_lock lock(mutex);
      lost = !woken.wait_for(lock, test::kPatience, [&] { return wake_pending; });
      wake_pending = false;
    }
    queue.awake();
    left -= queue.run(limits::kTasksPerTurn);
  }
  for (std::thread& producer : producers) {
    producer.join();
  }
  EXPECT_FALSE(lost) << "the consumer slept while " << left << " tasks were to come";
}

}  // namespace
}  // namespace halo
