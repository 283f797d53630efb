#include "reactor/event_loop.hpp"

#include <sys/socket.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/limits.hpp"
#include "tests/reactor/lambda_handler.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::LambdaHandler;
using test::SocketPair;

class EventLoopTest : public test::OnEveryPoller {
 protected:
  // A pair whose end is watched for input by a handler that notes its name.
  struct Watched {
    SocketPair pair = test::unix_pair();
    LambdaHandler handler;
    Token token;
  };

  void note(std::string step) { steps_.push_back(std::move(step)); }
  std::size_t turn() { return loop_->run_once(Duration::zero()); }

  std::vector<std::string> steps_;
  SocketPair pair_ = test::unix_pair();
};

HALO_ON_EVERY_POLLER(EventLoopTest);

TEST_P(EventLoopTest, StepsOfAnIterationComeInTheirOrder) {
  LambdaHandler handler;
  handler.ready = [&](Event) { note("event"); };
  handler.flush = [&] { note("flush"); };
  const Token token = loop_->watch(pair_.ours.get(), Interest::kReadable, handler).value();
  test::write_all(pair_.peer.get(), "x");
  // Asked for in the reverse order.
  loop_->reap_later([&] { note("reap"); });
  loop_->flush_later(token);
  loop_->post([&] { note("task"); });
  loop_->run_after(Duration::zero(), [&] { note("timer"); });
  EXPECT_EQ(turn(), 3U);
  EXPECT_EQ(steps_, (std::vector<std::string>{"event", "timer", "task", "flush", "reap"}));
  loop_->unwatch(token);
}

TEST_P(EventLoopTest, FlushAndReapAskedForByATaskComeInTheSameIteration) {
  LambdaHandler handler;
  handler.flush = [&] { note("flush"); };
  const Token token = loop_->watch(pair_.ours.get(), Interest::kReadable, handler).value();
  loop_->post([&] {
    loop_->reap_later([&] { note("reap"); });
    loop_->flush_later(token);
    loop_->flush_later(token);  // twice is once
  });
  turn();
  EXPECT_EQ(steps_, (std::vector<std::string>{"flush", "reap"}));
  loop_->unwatch(token);
}

TEST_P(EventLoopTest, FlushAskedForByAFlushComesInTheNextIterationWithoutSleeping) {
  LambdaHandler handler;
  Token token;
  handler.flush = [&] {
    note("flush");
    if (steps_.size() < 3) {
      loop_->flush_later(token);
    }
  };
  token = loop_->watch(pair_.ours.get(), Interest::kReadable, handler).value();
  loop_->flush_later(token);
  for (std::size_t i = 1; i <= 3; ++i) {
    loop_->run_once(std::nullopt);  // would sleep for ever
    EXPECT_EQ(steps_.size(), i);
  }
  turn();
  EXPECT_EQ(steps_.size(), 3U);
  loop_->unwatch(token);
}

TEST_P(EventLoopTest, FlushOfAnEndedWatchIsDropped) {
  LambdaHandler handler;
  handler.flush = [&] { note("flush"); };
  const Token token = loop_->watch(pair_.ours.get(), Interest::kReadable, handler).value();
  loop_->flush_later(token);
  loop_->unwatch(token);
  loop_->flush_later(token);
  turn();
  EXPECT_TRUE(steps_.empty());
}

TEST_P(EventLoopTest, ReapAskedForByAReapComesInTheSameStep) {
  loop_->reap_later([&] {
    note("first");
    loop_->reap_later([&] { note("second"); });
  });
  turn();
  EXPECT_EQ(steps_, (std::vector<std::string>{"first", "second"}));
}

TEST_P(EventLoopTest, ReapIfOutsideRunsAtOnceOutsideAndNotInside) {
  loop_->reap_later([&] { note("outside"); });
  loop_->reap_if_outside();
  EXPECT_EQ(steps_, std::vector<std::string>{"outside"});
  loop_->post([&] {
    loop_->reap_later([&] { note("inside"); });
    loop_->reap_if_outside();
    note("task");
  });
  turn();
  EXPECT_EQ(steps_, (std::vector<std::string>{"outside", "task", "inside"}));
}

TEST_P(EventLoopTest, DestructionReapsWhatIsLeft) {
  loop_->reap_later([&] { note("reap"); });
  loop_.reset();
  EXPECT_EQ(steps_, std::vector<std::string>{"reap"});
}

TEST_P(EventLoopTest, ClockIsReadOnceForAnIteration) {
  const TimePoint before = loop_->now();
  TimePoint in_task;
  TimePoint in_second_task;
  loop_->post([&] {
    in_task = loop_->now();
    clock_.advance(seconds(5));
  });
  loop_->post([&] { in_second_task = loop_->now(); });
  turn();
  EXPECT_EQ(in_task, before);
  EXPECT_EQ(in_second_task, before);
  EXPECT_EQ(loop_->now(), before + seconds(5)) << "outside it is the clock's";
}

TEST_P(EventLoopTest, TimersRunAtTheirTimeByTheLoopsClock) {
  loop_->run_after(seconds(10), [&] { note("ten"); });
  loop_->run_after(seconds(5), [&] { note("five"); });
  EXPECT_EQ(turn(), 0U);
  clock_.advance(seconds(5));
  EXPECT_EQ(turn(), 1U);
  clock_.advance(seconds(5));
  EXPECT_EQ(turn(), 1U);
  EXPECT_EQ(steps_, (std::vector<std::string>{"five", "ten"}));
}

TEST_P(EventLoopTest, TimersAreCancelledMovedAndRepeated) {
  const TimerId cancelled = loop_->run_after(seconds(1), [&] { note("cancelled"); });
  const TimerId moved = loop_->run_after(seconds(1), [&] { note("moved"); });
  const TimerId beat = loop_->run_every(seconds(1), [&] { note("beat"); });
  EXPECT_TRUE(loop_->cancel(cancelled));
  EXPECT_TRUE(loop_->rearm(moved, seconds(2)));
  for (int i = 0; i < 3; ++i) {
    clock_.advance(seconds(1));
    turn();
  }
  EXPECT_EQ(steps_, (std::vector<std::string>{"beat", "moved", "beat", "beat"}));
  EXPECT_TRUE(loop_->cancel(beat));
  EXPECT_FALSE(loop_->rearm(cancelled, seconds(1)));
}

TEST_P(EventLoopTest, WaitEndsWhenATimerIsDue) {
  // On the real clock: run_once without a limit sleeps exactly until the timer.
  const std::unique_ptr<EventLoop> loop = test::make_loop(GetParam());
  const auto began = std::chrono::steady_clock::now();
  bool ran = false;
  loop->run_after(milliseconds(3), [&] { ran = true; });
  while (!ran) {
    loop->run_once(std::nullopt);
  }
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(3));
}

TEST_P(EventLoopTest, WaitIsCutAtTheCallersLimit) {
  loop_->run_after(std::chrono::hours(1), [] {});
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(loop_->run_once(milliseconds(2)), 0U);
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(2));
}

TEST_P(EventLoopTest, SelfPostingTaskDoesNotKeepSocketsAndTimersOut) {
  LambdaHandler handler;
  handler.ready = [&](Event) { note("event"); };
  const Token token = loop_->watch(pair_.ours.get(), Interest::kReadable, handler).value();
  UniqueFunction<void()> again;
  again = [&] { loop_->post([&] { again(); }); };
  loop_->post([&] { again(); });
  turn();
  test::write_all(pair_.peer.get(), "x");
  loop_->run_after(Duration::zero(), [&] { note("timer"); });
  turn();
  EXPECT_EQ(steps_, (std::vector<std::string>{"event", "timer"}));
  loop_->unwatch(token);
}

TEST_P(EventLoopTest, SelfArmingTimerDoesNotKeepSocketsAndTasksOut) {
  LambdaHandler handler;
  handler.ready = [&](Event) { note("event"); };
  const Token token = loop_->watch(pair_.ours.get(), Interest::kReadable, handler).value();
  UniqueFunction<void()> again;
  again = [&] { loop_->run_after(Duration::zero(), [&] { again(); }); };
  loop_->run_after(Duration::zero(), [&] { again(); });
  turn();
  test::write_all(pair_.peer.get(), "x");
  loop_->post([&] { note("task"); });
  turn();
  EXPECT_EQ(steps_, (std::vector<std::string>{"event", "task"}));
  loop_->unwatch(token);
}

TEST_P(EventLoopTest, TasksAndTimersOfAnIterationAreBounded) {
  std::size_t tasks = 0;
  std::size_t timers = 0;
  for (std::size_t i = 0; i < limits::kTasksPerTurn * 2 + 1; ++i) {
    loop_->post([&] { ++tasks; });
  }
  for (std::size_t i = 0; i < limits::kTimersPerTurn * 2 + 1; ++i) {
    loop_->run_after(Duration::zero(), [&] { ++timers; });
  }
  for (std::size_t i = 1; i <= 2; ++i) {
    loop_->run_once(std::nullopt);  // must not sleep on the rest
    EXPECT_EQ(tasks, i * limits::kTasksPerTurn);
    EXPECT_EQ(timers, i * limits::kTimersPerTurn);
  }
  loop_->run_once(std::nullopt);
  EXPECT_EQ(tasks, limits::kTasksPerTurn * 2 + 1);
  EXPECT_EQ(timers, limits::kTimersPerTurn * 2 + 1);
}

TEST_P(EventLoopTest, WatchReportsOnlyWhatIsWatched) {
  LambdaHandler handler;
  std::vector<Interest> seen;
  handler.ready = [&](Event event) { seen.push_back(event.ready); };
  const Token token = loop_->watch(pair_.ours.get(), Interest::kReadable, handler).value();
  pair_.peer.reset();  // readable, writable and hung up
  turn();
  EXPECT_EQ(seen, std::vector{Interest::kReadable});
  ASSERT_FALSE(loop_->rewatch(token, Interest::kNone));
  turn();
  EXPECT_EQ(seen.size(), 1U);
  ASSERT_FALSE(loop_->rewatch(token, Interest::kWritable));
  ASSERT_FALSE(loop_->rewatch(token, Interest::kWritable));  // no change
  turn();
  EXPECT_EQ(seen.back(), Interest::kWritable);
  EXPECT_EQ(loop_->find_handler(token), &handler);
  loop_->unwatch(token);
  loop_->unwatch(token);  // no error
  EXPECT_EQ(loop_->find_handler(token), nullptr);
}

TEST_P(EventLoopTest, WatchOfAClosedDescriptorFailsAndLeavesNothing) {
  LambdaHandler handler;
  const int number = pair_.ours.get();
  pair_.ours.reset();
  EXPECT_EQ(loop_->watch(number, Interest::kReadable, handler).error(),
            std::errc::bad_file_descriptor);
}

TEST_P(EventLoopTest, HandlerUnwatchedByAnotherOfItsBatchIsNotCalled) {
  constexpr int kPairs = 20;
  std::vector<std::unique_ptr<Watched>> all;
  int calls = 0;
  for (int i = 0; i < kPairs; ++i) {
    all.push_back(std::make_unique<Watched>());
    Watched& one = *all.back();
    one.handler.ready = [&](Event) {
      ++calls;
      for (const auto& other : all) {
        loop_->unwatch(other->token);
      }
    };
    one.token = loop_->watch(one.pair.ours.get(), Interest::kReadable, one.handler).value();
    test::write_all(one.pair.peer.get(), "x");
  }
  turn();
  turn();
  EXPECT_EQ(calls, 1);
}

TEST_P(EventLoopTest, StaleEventDoesNotReachTheNextOwnerOfADescriptorsNumber) {
  // Both are ready in one batch. Whichever comes first closes the other and opens a new socket,
  // which gets the same number: the event at hand is not for that one.
  Watched both[2];
  LambdaHandler fresh_handler;
  SocketPair fresh;
  int fresh_calls = 0;
  Token fresh_token;
  fresh_handler.ready = [&](Event) { ++fresh_calls; };
  for (int i = 0; i < 2; ++i) {
    Watched& own = both[i];
    Watched& other = both[1 - i];
    own.handler.ready = [&](Event) {
      note("event");
      const int number = other.pair.ours.get();
      loop_->unwatch(other.token);
      other.pair.ours.reset();
      int ends[2];
      ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
      fresh = {OwnedFd(ends[0]), OwnedFd(ends[1])};
      ASSERT_EQ(fresh.ours.get(), number) << "the number is used again, or nothing is proven";
      fresh_token = loop_->watch(number, Interest::kReadable, fresh_handler).value();
      ASSERT_FALSE(loop_->rewatch(own.token, Interest::kNone));
    };
    own.token = loop_->watch(own.pair.ours.get(), Interest::kReadable, own.handler).value();
    test::write_all(own.pair.peer.get(), "x");
  }
  turn();
  turn();
  EXPECT_EQ(steps_.size(), 1U);
  EXPECT_EQ(fresh_calls, 0);
  test::write_all(fresh.peer.get(), "x");
  turn();
  EXPECT_EQ(fresh_calls, 1) << "its own event does";
  loop_->unwatch(fresh_token);
}

TEST_P(EventLoopTest, DuplicateOfAnUnwatchedDescriptorReportsNothingAndDoesNotSpin) {
  // epoll watches the open file, not the number: closing alone would leave it in the set.
  LambdaHandler handler;
  handler.ready = [&](Event) { note("event"); };
  const Token token = loop_->watch(pair_.ours.get(), Interest::kReadable, handler).value();
  const OwnedFd duplicate(::dup(pair_.ours.get()));
  loop_->unwatch(token);
  pair_.ours.reset();
  test::write_all(pair_.peer.get(), "x");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(turn(), 0U);
  }
  EXPECT_TRUE(steps_.empty());
}

TEST_P(EventLoopTest, NamesItsPoller) {
  EXPECT_EQ(loop_->poller_name(), test::name_of(GetParam()));
}

TEST_P(EventLoopTest, TasksThatNeverRanAreDestroyedWithTheLoop) {
  const auto shared = std::make_shared<int>();
  loop_->post([shared] { ++*shared; });
  loop_->run_after(seconds(1), [shared] { ++*shared; });
  EXPECT_EQ(shared.use_count(), 3);
  loop_.reset();
  EXPECT_EQ(shared.use_count(), 1);
  EXPECT_EQ(*shared, 0);
}

TEST_P(EventLoopTest, StopEndsRunAfterTheIteration) {
  loop_->post([&] {
    loop_->stop();
    loop_->reap_later([&] { note("reap"); });
  });
  loop_->post([&] { note("second task"); });
  loop_->run();
  EXPECT_EQ(steps_, (std::vector<std::string>{"second task", "reap"}));
}

TEST_P(EventLoopTest, StopBeforeRunEndsItAtOnce) {
  loop_->stop();
  loop_->stop();
  loop_->post([&] { note("task"); });
  loop_->run();
  EXPECT_TRUE(steps_.empty());
}

TEST_P(EventLoopTest, StoppedLoopRunsAgain) {
  for (int i = 0; i < 3; ++i) {
    loop_->post([&] {
      note("task");
      loop_->stop();
    });
    loop_->run();
  }
  EXPECT_EQ(steps_.size(), 3U);
}

// After a stop each run_once returned at once, for ever: a program that calls nothing else spun.
TEST_P(EventLoopTest, RunOnceWaitsAgainAfterAStop) {
  const Result<std::unique_ptr<EventLoop>> loop = EventLoop::create(GetParam());
  ASSERT_TRUE(loop);
  (*loop)->stop();
  EXPECT_EQ((*loop)->run_once(std::nullopt), 0U);
  (*loop)->run_after(std::chrono::milliseconds(1), [] {});
  EXPECT_EQ((*loop)->run_once(std::nullopt), 1U);
}

}  // namespace
}  // namespace halo
