#include "reactor/timer_queue.hpp"

#include <memory>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace halo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TimerQueueTest : public testing::Test {
 protected:
  TimerId add(Duration delay, UniqueFunction<void()> callback, Duration period = {}) {
    return queue_.add(saturating_add(now_, delay), period, std::move(callback));
  }
  TimerId note(Duration delay, int name, Duration period = {}) {
    return add(
        delay, [this, name] { ran_.push_back(name); }, period);
  }
  std::size_t advance(Duration by) {
    now_ += by;
    return queue_.run_due(now_, SIZE_MAX);
  }

  TimePoint now_{seconds(100)};
  TimerQueue queue_{now_};
  std::vector<int> ran_;
};

TEST_F(TimerQueueTest, TimerRunsOnceAtItsDeadline) {
  const TimerId id = note(milliseconds(5), 1);
  EXPECT_EQ(queue_.size(), 1U);
  advance(milliseconds(5) - Duration(1));
  EXPECT_TRUE(ran_.empty());
  EXPECT_EQ(advance(Duration(1)), 1U);
  EXPECT_EQ(ran_, std::vector{1});
  advance(seconds(10));
  EXPECT_EQ(ran_, std::vector{1});
  EXPECT_EQ(queue_.size(), 0U);
  EXPECT_FALSE(queue_.cancel(id));
  EXPECT_FALSE(queue_.rearm(id, now_));
}

TEST_F(TimerQueueTest, DueTimersRunInOrderOfDeadlineThenOfArming) {
  note(milliseconds(20), 4);
  note(milliseconds(10), 1);
  note(milliseconds(10), 2);
  note(milliseconds(10), 3);
  advance(seconds(1));
  EXPECT_EQ(ran_, (std::vector{1, 2, 3, 4}));
}

TEST_F(TimerQueueTest, CancelledTimerNeverRuns) {
  const TimerId id = note(milliseconds(5), 1);
  EXPECT_TRUE(queue_.cancel(id));
  EXPECT_FALSE(queue_.cancel(id));
  EXPECT_FALSE(queue_.next_deadline().has_value());
  advance(seconds(1));
  EXPECT_TRUE(ran_.empty());
}

TEST_F(TimerQueueTest, CancelDestroysTheCallback) {
  const auto shared = std::make_shared<int>();
  const TimerId id = add(milliseconds(5), [shared] { ++*shared; });
  EXPECT_EQ(shared.use_count(), 2);
  queue_.cancel(id);
  EXPECT_EQ(shared.use_count(), 1);
}

TEST_F(TimerQueueTest, TimerThatIsNamedByNobodyIsNotFound) {
  EXPECT_FALSE(queue_.cancel({}));
  EXPECT_FALSE(queue_.rearm({}, now_));
  EXPECT_FALSE(static_cast<bool>(TimerId{}));
}

TEST_F(TimerQueueTest, RearmMovesTheDeadlineBothWays) {
  const TimerId later = note(milliseconds(5), 1);
  const TimerId sooner = note(seconds(50), 2);
  EXPECT_TRUE(queue_.rearm(later, now_ + seconds(2)));
  EXPECT_TRUE(queue_.rearm(sooner, now_ + seconds(1)));
  advance(seconds(1));
  EXPECT_EQ(ran_, std::vector{2});
  advance(seconds(1));
  EXPECT_EQ(ran_, (std::vector{2, 1}));
}

TEST_F(TimerQueueTest, RearmedTimerQueuesBehindThoseOfTheSameDeadline) {
  const TimerId first = note(milliseconds(5), 1);
  note(milliseconds(5), 2);
  queue_.rearm(first, now_ + milliseconds(5));
  advance(milliseconds(5));
  EXPECT_EQ(ran_, (std::vector{2, 1}));
}

TEST_F(TimerQueueTest, CallbackCancelsOneThatIsDueInTheSameTurn) {
  TimerId second;
  add(milliseconds(1), [&] { EXPECT_TRUE(queue_.cancel(second)); });
  second = note(milliseconds(1), 2);
  note(milliseconds(1), 3);
  advance(milliseconds(1));
  EXPECT_EQ(ran_, std::vector{3});
}

TEST_F(TimerQueueTest, CallbackPutsOffOneThatIsDueInTheSameTurn) {
  TimerId second;
  add(milliseconds(1), [&] { EXPECT_TRUE(queue_.rearm(second, now_ + seconds(1))); });
  second = note(milliseconds(1), 2);
  advance(milliseconds(1));
  EXPECT_TRUE(ran_.empty());
  advance(seconds(1));
  EXPECT_EQ(ran_, std::vector{2});
}

TEST_F(TimerQueueTest, CallbackIsOverForItselfWhileItRuns) {
  TimerId self;
  self = add(milliseconds(1), [&] {
    EXPECT_FALSE(queue_.cancel(self));
    EXPECT_FALSE(queue_.rearm(self, now_));
    ran_.push_back(1);
  });
  advance(milliseconds(1));
  EXPECT_EQ(ran_, std::vector{1});
}

TEST_F(TimerQueueTest, TimerArmedForNowByACallbackRunsInTheNextTurn) {
  // Otherwise a callback that re-arms itself with no delay would never let the sockets in.
  int runs = 0;
  UniqueFunction<void()> again;
  again = [&] {
    ++runs;
    add(Duration::zero(), [&] { again(); });
  };
  add(Duration::zero(), [&] { again(); });
  EXPECT_EQ(advance(Duration::zero()), 1U);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(advance(Duration::zero()), 1U);
  EXPECT_EQ(runs, 2);
}

TEST_F(TimerQueueTest, TimerArmedForThePastByACallbackRunsInTheNextTurn) {
  add(milliseconds(1), [&] { note(-seconds(50), 2); });
  EXPECT_EQ(advance(milliseconds(1)), 1U);
  EXPECT_EQ(advance(Duration::zero()), 1U);
  EXPECT_EQ(ran_, std::vector{2});
}

TEST_F(TimerQueueTest, TurnIsBoundedAndTheRestStaysDueInOrder) {
  for (int i = 0; i < 10; ++i) {
    note(milliseconds(i), i);
  }
  now_ += seconds(1);
  EXPECT_EQ(queue_.run_due(now_, 4), 4U);
  EXPECT_EQ(ran_, (std::vector{0, 1, 2, 3}));
  EXPECT_LE(queue_.next_deadline(), now_);
  EXPECT_EQ(queue_.run_due(now_, 4), 4U);
  EXPECT_EQ(queue_.run_due(now_, 4), 2U);
  EXPECT_EQ(ran_, (std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_F(TimerQueueTest, ThrowingCallbackIsOverAndTheOthersRunInTheNextTurn) {
  note(milliseconds(1), 1);
  add(milliseconds(1), [] { throw std::runtime_error("no"); });
  note(milliseconds(1), 3);
  EXPECT_THROW(advance(milliseconds(1)), std::runtime_error);
  EXPECT_EQ(ran_, std::vector{1});
  EXPECT_EQ(queue_.size(), 1U);
  EXPECT_EQ(advance(Duration::zero()), 1U);
  EXPECT_EQ(ran_, (std::vector{1, 3}));
}

TEST_F(TimerQueueTest, PeriodicTimerRunsAtEachBeat) {
  note(milliseconds(10), 1, milliseconds(10));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(advance(milliseconds(10)), 1U);
  }
  EXPECT_EQ(ran_.size(), 5U);
}

TEST_F(TimerQueueTest, PeriodicTimerSkipsMissedBeatsAndKeepsGoing) {
  note(milliseconds(10), 1, milliseconds(10));
  EXPECT_EQ(advance(milliseconds(95)), 1U);
  EXPECT_GT(queue_.next_deadline(), now_);
  EXPECT_EQ(advance(milliseconds(10)), 1U);
}

TEST_F(TimerQueueTest, PeriodicTimerDoesNotDrift) {
  note(milliseconds(10), 1, milliseconds(10));
  advance(milliseconds(14));
  EXPECT_EQ(ran_.size(), 1U);
  advance(milliseconds(6));  // 20
  EXPECT_EQ(ran_.size(), 2U);
}

TEST_F(TimerQueueTest, PeriodicTimerIsCancelledByItsOwnCallback) {
  TimerId id;
  id = add(
      milliseconds(10),
      [&] {
        ran_.push_back(1);
        EXPECT_TRUE(queue_.cancel(id));
        EXPECT_FALSE(queue_.cancel(id));
      },
      milliseconds(10));
  advance(milliseconds(10));
  advance(milliseconds(10));
  EXPECT_EQ(ran_.size(), 1U);
  EXPECT_EQ(queue_.size(), 0U);
}

TEST_F(TimerQueueTest, PeriodicTimerMovedByItsOwnCallbackRunsThere) {
  TimerId id;
  id = add(
      milliseconds(10),
      [&] {
        ran_.push_back(1);
        EXPECT_TRUE(queue_.rearm(id, now_ + seconds(1)));
      },
      milliseconds(10));
  advance(milliseconds(10));
  advance(milliseconds(500));
  EXPECT_EQ(ran_.size(), 1U);
  advance(milliseconds(500));
  EXPECT_EQ(ran_.size(), 2U);
}

TEST_F(TimerQueueTest, PeriodicTimerThatThrowsIsOver) {
  const TimerId id = add(
      milliseconds(10), [] { throw std::runtime_error("no"); }, milliseconds(10));
  EXPECT_THROW(advance(milliseconds(10)), std::runtime_error);
  EXPECT_FALSE(queue_.cancel(id));
  EXPECT_EQ(advance(seconds(1)), 0U);
}

TEST_F(TimerQueueTest, PeriodicTimerThatMovesItselfAndThrowsIsOver) {
  TimerId id;
  id = add(
      milliseconds(10),
      [&] {
        queue_.rearm(id, now_ + seconds(1));
        throw std::runtime_error("no");
      },
      milliseconds(10));
  EXPECT_THROW(advance(milliseconds(10)), std::runtime_error);
  EXPECT_EQ(queue_.size(), 0U);
  EXPECT_EQ(advance(seconds(5)), 0U);
}

TEST_F(TimerQueueTest, DeadlineAtTheEndOfTimeIsKeptAndCancelled) {
  const TimerId id = note(Duration::max(), 1);
  const TimerId periodic = note(Duration::max(), 2, Duration::max());
  EXPECT_GE(queue_.next_deadline(), now_ + std::chrono::hours(24 * 365 * 100));
  advance(std::chrono::hours(24 * 365 * 100));
  EXPECT_TRUE(ran_.empty());
  EXPECT_TRUE(queue_.cancel(id));
  EXPECT_TRUE(queue_.cancel(periodic));
}

TEST_F(TimerQueueTest, DeadlineFarInThePastRunsAtOnce) {
  queue_.add(TimePoint::min(), Duration::zero(), [this] { ran_.push_back(1); });
  EXPECT_LE(queue_.next_deadline(), now_);
  advance(Duration::zero());
  EXPECT_EQ(ran_, std::vector{1});
}

TEST_F(TimerQueueTest, ClockThatGoesBackRunsNothingTwice) {
  note(milliseconds(10), 1);
  note(milliseconds(30), 2);
  EXPECT_EQ(queue_.run_due(now_ + milliseconds(20), SIZE_MAX), 1U);
  EXPECT_EQ(queue_.run_due(now_, SIZE_MAX), 0U);
  EXPECT_EQ(queue_.run_due(now_ + milliseconds(30), SIZE_MAX), 1U);
}

using TimerQueueDeathTest = TimerQueueTest;

TEST_F(TimerQueueDeathTest, TimerWithoutACallbackAborts) {
  EXPECT_DEATH(add(seconds(1), nullptr), "a timer needs a callback");
}

TEST_F(TimerQueueDeathTest, NegativePeriodAborts) {
  EXPECT_DEATH(note(seconds(1), 1, -seconds(1)), "a period is not negative");
}

}  // namespace
}  // namespace halo
