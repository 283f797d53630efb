// What other threads may do with a loop, and what they may not.

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/event_loop.hpp"
#include "tests/reactor/lambda_handler.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

class EventLoopThreads : public testing::TestWithParam<PollerKind> {
 protected:
  std::unique_ptr<EventLoop> loop_ = test::make_loop(GetParam());
};

HALO_ON_EVERY_POLLER(EventLoopThreads);

TEST_P(EventLoopThreads, PostWakesASleepingLoop) {
  std::thread runner([this] { loop_->run(); });
  for (int i = 0; i < 1000; ++i) {
    std::latch ran(1);
    loop_->post([&] { ran.count_down(); });
    ran.wait();  // ctest's limit ends it if a wake-up is lost
  }
  loop_->stop();
  runner.join();
}

TEST_P(EventLoopThreads, StopOfASleepingLoopIsNeverLost) {
  for (int i = 0; i < 300; ++i) {
    std::latch running(1);
    std::thread runner([&] {
      running.count_down();
      loop_->run();
    });
    if (i % 2 == 0) {
      running.wait();
    }
    loop_->stop();
    runner.join();
  }
}

TEST_P(EventLoopThreads, TasksOfManyProducersAllRunInTheOrderOfEach) {
  constexpr std::size_t kProducers = 3;
  constexpr int kTasksEach = 20'000;
  std::vector<int> last(kProducers, 0);
  std::size_t left = kProducers * kTasksEach;
  std::vector<std::thread> producers;
  for (std::size_t p = 0; p < kProducers; ++p) {
    producers.emplace_back([&, p] {
      for (int i = 1; i <= kTasksEach; ++i) {
        loop_->post([&, p, i] {
          EXPECT_EQ(last[p] + 1, i);
          last[p] = i;
          if (--left == 0) {
            loop_->stop();
          }
        });
      }
    });
  }
  loop_->run();
  for (std::thread& producer : producers) {
    producer.join();
  }
  EXPECT_EQ(left, 0U);
}

TEST_P(EventLoopThreads, LoopKnowsItsThread) {
  EXPECT_TRUE(loop_->in_loop_thread()) << "nobody is inside";
  bool inside = false;
  bool outside = true;
  loop_->post([&] {
    inside = loop_->in_loop_thread();
    std::thread([&] { outside = loop_->in_loop_thread(); }).join();
  });
  loop_->run_once(Duration::zero());
  EXPECT_TRUE(inside);
  EXPECT_FALSE(outside);
}

TEST_P(EventLoopThreads, LoopMayBeRunByOneThreadAfterAnother) {
  int runs = 0;
  for (int i = 0; i < 10; ++i) {
    std::thread([&] {
      loop_->post([&] { ++runs; });
      loop_->run_once(Duration::zero());
    }).join();
  }
  EXPECT_EQ(runs, 10);
}

// Calls from a wrong thread. Each runs in a child of its own.

class EventLoopThreadsDeathTest : public EventLoopThreads {
 protected:
  EventLoopThreadsDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  // Has another thread do `misuse` while this one is inside the loop.
  template <class Misuse>
  void from_another_thread(Misuse misuse) {
    loop_->post([&] { std::thread(misuse).join(); });
    loop_->run_once(Duration::zero());
  }
};

HALO_ON_EVERY_POLLER(EventLoopThreadsDeathTest);

TEST_P(EventLoopThreadsDeathTest, UseFromAnotherThreadAborts) {
  const char* const kSays = "called from a thread that is not the loop's";
  test::LambdaHandler handler;
  const test::SocketPair pair = test::unix_pair();
  const auto second = std::chrono::seconds(1);
  EXPECT_DEATH(from_another_thread([&] { loop_->run_after(second, [] {}); }), kSays);
  EXPECT_DEATH(from_another_thread([&] { loop_->run_every(second, [] {}); }), kSays);
  EXPECT_DEATH(from_another_thread([&] { loop_->cancel({}); }), kSays);
  EXPECT_DEATH(from_another_thread(
                   [&] { (void)loop_->watch(pair.ours.get(), Interest::kReadable, handler); }),
               kSays);
  EXPECT_DEATH(from_another_thread([&] { loop_->unwatch({}); }), kSays);
  EXPECT_DEATH(from_another_thread([&] { loop_->reap_later([] {}); }), kSays);
}

TEST_P(EventLoopThreadsDeathTest, SecondRunnerAborts) {
  EXPECT_DEATH(from_another_thread([&] { loop_->run_once(Duration::zero()); }),
               "run by one thread at a time");
}

TEST_P(EventLoopThreadsDeathTest, NestedRunAborts) {
  loop_->post([&] { loop_->run_once(Duration::zero()); });
  EXPECT_DEATH(loop_->run_once(Duration::zero()), "not from its own callbacks");
}

TEST_P(EventLoopThreadsDeathTest, RewatchAfterUnwatchAborts) {
  EXPECT_DEATH((void)loop_->rewatch({}, Interest::kReadable), "changed after its end");
}

TEST_P(EventLoopThreadsDeathTest, PeriodOfZeroAborts) {
  EXPECT_DEATH(loop_->run_every(Duration::zero(), [] {}), "longer than nothing");
}

TEST_P(EventLoopThreadsDeathTest, DestructionInsideItsOwnCallbackAborts) {
  loop_->post([&] { loop_.reset(); });
  EXPECT_DEATH(loop_->run_once(Duration::zero()), "destroyed while it runs");
}

TEST_P(EventLoopThreads, CallbackOfATimerThatGoesWithTheLoopMayPost) {
  struct Poster {
    explicit Poster(EventLoop& loop, std::shared_ptr<int> task)
        : loop_(loop), task_(std::move(task)) {}
    ~Poster() {
      loop_.post([task = task_] { (void)task; });
    }
    EventLoop& loop_;
    std::shared_ptr<int> task_;
  };
  const auto task = std::make_shared<int>();
  loop_->run_after(std::chrono::seconds(1),
                   [poster = std::make_unique<Poster>(*loop_, task)] { (void)poster; });
  loop_.reset();
  EXPECT_EQ(task.use_count(), 1) << "the task went with the loop, too";
}

}  // namespace
}  // namespace halo
