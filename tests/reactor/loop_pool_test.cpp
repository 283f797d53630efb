#include "reactor/loop_pool.hpp"

#include <atomic>
#include <latch>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/descriptors.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/seed.hpp"

namespace halo {
namespace {

class LoopPoolTest : public testing::TestWithParam<PollerKind> {
 protected:
  static std::unique_ptr<LoopPool> make(std::size_t loops) {
    return LoopPool::create(loops, GetParam()).value();
  }
};

HALO_ON_EVERY_POLLER(LoopPoolTest);

TEST_P(LoopPoolTest, EachLoopRunsOnAThreadOfItsOwn) {
  const auto pool = make(3);
  ASSERT_EQ(pool->size(), 3U);
  std::set<std::thread::id> threads{std::this_thread::get_id()};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(pool->loop(i).poller_name(), test::name_of(GetParam()));
    pool->call(i, [&] {
      threads.insert(std::this_thread::get_id());
      EXPECT_TRUE(pool->loop(i).in_loop_thread());
    });
    EXPECT_FALSE(pool->loop(i).in_loop_thread());
  }
  EXPECT_EQ(threads.size(), 4U);
}

TEST_P(LoopPoolTest, CallReturnsWhenTheTaskAndItsReapsAreDone) {
  const auto pool = make(1);
  for (int i = 0; i < 100; ++i) {
    bool ran = false;
    bool reaped = false;
    pool->call(0, [&] {
      ran = true;
      pool->loop(0).reap_later([&] { reaped = true; });
    });
    EXPECT_TRUE(ran);
    EXPECT_TRUE(reaped);
  }
}

TEST_P(LoopPoolTest, CallAfterStopRunsOnTheCallersThread) {
  const auto pool = make(2);
  pool->stop();
  pool->stop();
  std::thread::id thread;
  bool reaped = false;
  pool->call(1, [&] {
    thread = std::this_thread::get_id();
    pool->loop(1).reap_later([&] { reaped = true; });
  });
  EXPECT_EQ(thread, std::this_thread::get_id());
  EXPECT_TRUE(reaped);
}

TEST_P(LoopPoolTest, LoopsMayPostToEachOther) {
  const auto pool = make(2);
  std::latch done(1);
  std::atomic<int> hops{0};
  std::function<void()> hop = [&] {
    const int n = ++hops;
    if (n == 1000) {
      done.count_down();
    } else {
      pool->loop(static_cast<std::size_t>(n % 2)).post([&] { hop(); });
    }
  };
  pool->loop(0).post([&] { hop(); });
  done.wait();
  EXPECT_EQ(hops, 1000);
}

TEST_P(LoopPoolTest, TasksThatWereNotRunAreDestroyed) {
  const auto shared = std::make_shared<int>();
  {
    const auto pool = make(1);
    for (int i = 0; i < 1000; ++i) {
      pool->loop(0).post([shared] {});
    }
  }
  EXPECT_EQ(shared.use_count(), 1);
}

TEST_P(LoopPoolTest, DescriptorsAreGivenBack) {
  const std::size_t before = test::open_descriptors();
  (void)make(4);
  EXPECT_EQ(test::open_descriptors(), before);
}

TEST_P(LoopPoolTest, LackOfDescriptorsIsAnError) {
  test::DescriptorShortage shortage(3);  // the second loop has no room
  EXPECT_EQ(LoopPool::create(4, GetParam()).error(), std::errc::too_many_files_open);
}

TEST_P(LoopPoolTest, FirstLoopMayBeTheCallersOwn) {
  const auto own = test::make_loop(GetParam());
  const auto pool = LoopPool::create_around(*own, 2, GetParam()).value();
  ASSERT_EQ(pool->size(), 3U);
  EXPECT_EQ(&pool->loop(0), own.get());
  EXPECT_EQ(pool->own_loop(), own.get());
  std::set<std::thread::id> threads;
  bool reaped = false;
  for (std::size_t i = 0; i < 3; ++i) {
    pool->call(i, [&] { threads.insert(std::this_thread::get_id()); });
  }
  pool->call(0, [&] { own->reap_later([&] { reaped = true; }); });
  EXPECT_TRUE(reaped);
  EXPECT_EQ(threads.size(), 3U);
  EXPECT_TRUE(threads.contains(std::this_thread::get_id()));

  pool->loop(1).post([&] { own->stop(); });
  own->run();
  pool->stop();
  own->stop();
  own->run();  // its owner's affair, before and after
}

TEST_P(LoopPoolTest, PoolOfTheCallersLoopAloneMakesNothing) {
  const auto own = test::make_loop(GetParam());
  const std::size_t before = test::open_descriptors();
  const auto pool = LoopPool::create_around(*own, 0, GetParam()).value();
  EXPECT_EQ(test::open_descriptors(), before);
  EXPECT_EQ(pool->size(), 1U);
}

TEST_P(LoopPoolTest, PoolOfThreadsHasNoLoopOfTheCallers) {
  EXPECT_EQ(make(1)->own_loop(), nullptr);
}

// Half of them on each of two pollers, for a suite that stays quick: together ten thousand.
TEST_P(LoopPoolTest, TenThousandStartPostStopCyclesNeverHang) {
  test::Random random(test::seed());
  const std::size_t cycles = 10'000 / available_pollers().size();
  std::atomic<std::size_t> ran{0};
  std::size_t waited_for = 0;
  for (std::size_t cycle = 0; cycle < cycles; ++cycle) {
    const auto pool = make(1 + (random.one_in(8) ? 1 : 0));
    const std::uint64_t posts = random.below(4);
    for (std::uint64_t i = 0; i < posts; ++i) {
      pool->loop(0).post([&ran] { ++ran; });
    }
    for (std::uint64_t pause = random.below(3); pause > 0; --pause) {
      std::this_thread::yield();
    }
    if (random.one_in(2)) {
      pool->call(0, [&waited_for] { ++waited_for; });
    }
    if (random.one_in(2)) {
      pool->stop();
    }
  }
  EXPECT_GT(waited_for, cycles / 4);
}

using LoopPoolDeathTest = LoopPoolTest;
HALO_ON_EVERY_POLLER(LoopPoolDeathTest);

TEST_P(LoopPoolDeathTest, PoolWithoutLoopsAborts) {
  EXPECT_DEATH((void)LoopPool::create(0, GetParam()), "at least one loop");
}

TEST_P(LoopPoolDeathTest, IndexBeyondTheLoopsAborts) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH((void)make(1)->loop(1), "no such loop");
}

TEST_P(LoopPoolDeathTest, CallFromItsOwnLoopAborts) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        const auto pool = make(1);
        pool->call(0, [&] { pool->call(0, [] {}); });
      },
      "a loop cannot wait for itself");
}

}  // namespace
}  // namespace halo
