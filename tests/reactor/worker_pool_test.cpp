#include "reactor/worker_pool.hpp"

#include <atomic>
#include <latch>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/error.hpp"
#include "reactor/event_loop.hpp"
#include "tests/support/loops.hpp"

namespace halo {
namespace {

TEST(WorkerPool, OneThreadRunsJobsInOrder) {
  WorkerPool pool(1, 100);
  std::vector<int> ran;
  for (int i = 0; i < 100; ++i) {
    while (pool.submit([&ran, i] { ran.push_back(i); })) {
      std::this_thread::yield();
    }
  }
  pool.stop();
  ASSERT_EQ(ran.size(), 100U);
  EXPECT_TRUE(std::is_sorted(ran.begin(), ran.end()));
}

TEST(WorkerPool, AllThreadsWorkAtTheSameTime) {
  WorkerPool pool(4, 4);
  EXPECT_EQ(pool.threads(), 4U);
  std::latch all_at_work(4);
  for (int i = 0; i < 4; ++i) {
    ASSERT_FALSE(pool.submit([&] { all_at_work.arrive_and_wait(); }));
  }
  all_at_work.wait();
}

TEST(WorkerPool, FullQueueRefusesAndDestroysTheJob) {
  std::latch begun(1);
  std::latch go(1);
  std::atomic<int> ran{0};
  WorkerPool pool(1, 2);
  ASSERT_FALSE(pool.submit([&] {
    begun.count_down();
    go.wait();
  }));
  begun.wait();
  const auto shared = std::make_shared<int>();
  ASSERT_FALSE(pool.submit([&ran, shared] { ++ran; }));
  ASSERT_FALSE(pool.submit([&ran, shared] { ++ran; }));
  EXPECT_EQ(pool.queued(), 2U);
  EXPECT_EQ(pool.submit([&ran, shared] { ++ran; }), Errc::kQueueFull);
  EXPECT_EQ(shared.use_count(), 3) << "the refused job is gone";
  go.count_down();
  pool.stop();
  EXPECT_EQ(ran, 2);
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(WorkerPool, StopRunsWhatWaits) {
  std::latch begun(1);
  std::latch go(1);
  std::atomic<int> ran{0};
  WorkerPool pool(2, 1000);
  ASSERT_FALSE(pool.submit([&] {
    begun.count_down();
    go.wait();
  }));
  begun.wait();
  for (int i = 0; i < 500; ++i) {
    ASSERT_FALSE(pool.submit([&] { ++ran; }));
  }
  go.count_down();
  pool.stop();
  EXPECT_EQ(ran, 500);
  EXPECT_EQ(pool.queued(), 0U);
}

TEST(WorkerPool, StoppedPoolTakesNoMore) {
  WorkerPool pool(1, 10);
  pool.stop();
  bool ran = false;
  EXPECT_EQ(pool.submit([&] { ran = true; }), Errc::kStopped);
  pool.stop();
  EXPECT_FALSE(ran);
}

TEST(WorkerPool, DestructionIsAStop) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool(3, 100);
    for (int i = 0; i < 100; ++i) {
      ASSERT_FALSE(pool.submit([&] { ++ran; }));
    }
  }
  EXPECT_EQ(ran, 100);
}

TEST(WorkerPool, AbandonedJobThatHangsHoldsUpNothing) {
  struct Shared {
    std::latch begun{1};
    std::latch go{1};
    std::atomic<int> ran{0};
  };
  const auto shared = std::make_shared<Shared>();
  {
    WorkerPool pool(1, 10);
    ASSERT_FALSE(pool.submit([shared] {
      shared->begun.count_down();
      shared->go.wait();
      ++shared->ran;
    }));
    shared->begun.wait();
    ASSERT_FALSE(pool.submit([shared] { ++shared->ran; }));
    pool.abandon();
    EXPECT_EQ(shared.use_count(), 2) << "the job that waited is gone";
    EXPECT_EQ(pool.submit([shared] { ++shared->ran; }), Errc::kStopped);
  }
  EXPECT_EQ(shared->ran, 0);
  shared->go.count_down();
  ASSERT_TRUE(test::wait_until([&] { return shared.use_count() == 1; }));
  EXPECT_EQ(shared->ran, 1);
}

TEST(WorkerPool, ManyThreadsMaySubmitAndStop) {
  for (int round = 0; round < 50; ++round) {
    WorkerPool pool(2, 64);
    std::atomic<int> accepted{0};
    std::atomic<int> ran{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 200; ++i) {
          accepted += pool.submit([&] { ++ran; }) ? 0 : 1;
        }
        if (t != 0) {
          pool.stop();
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    pool.stop();
    EXPECT_EQ(ran, accepted) << "each job that was taken is run";
  }
}

TEST(WorkerPool, JobsPostTheirResultsToALoop) {
  const std::unique_ptr<EventLoop> loop = test::make_loop();
  int sum = 0;
  int results = 0;
  WorkerPool pool(2, 1000);  // after the loop: it goes first
  for (int i = 1; i <= 1000; ++i) {
    ASSERT_FALSE(pool.submit([&, i, to = loop.get()] {
      to->post([&, i, to] {
        sum += i;
        if (++results == 1000) {
          to->stop();
        }
      });
    }));
  }
  loop->run();
  EXPECT_EQ(sum, 500'500);
}

TEST(WorkerPoolDeathTest, PoolWithoutThreadsOrQueueAborts) {
  EXPECT_DEATH(WorkerPool(0, 1), "at least one thread");
  EXPECT_DEATH(WorkerPool(1, 0), "at least one job");
}

}  // namespace
}  // namespace halo
