#include "reactor/timer_wheel.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/seed.hpp"

namespace halo {
namespace {

constexpr std::uint64_t kEndOfTime = std::numeric_limits<std::uint64_t>::max();

std::vector<TimerLink*> pop_all(TimerWheel& wheel) {
  std::vector<TimerLink*> due;
  while (TimerLink* link = wheel.pop_due()) {
    due.push_back(link);
  }
  return due;
}

class TimerWheelTest : public testing::Test {
 protected:
  TimerLink& insert(std::uint64_t deadline) {
    links_.emplace_back().deadline = deadline;
    wheel_.insert(links_.back());
    return links_.back();
  }

  TimerWheel wheel_;
  std::deque<TimerLink> links_;  // stay where they are
};

TEST_F(TimerWheelTest, EmptyWheelHasNoDeadlineAndNothingDue) {
  EXPECT_FALSE(wheel_.next_deadline().has_value());
  EXPECT_FALSE(wheel_.has_due());
  EXPECT_EQ(wheel_.pop_due(), nullptr);
  wheel_.advance(kEndOfTime);
  EXPECT_EQ(wheel_.pop_due(), nullptr);
}

TEST_F(TimerWheelTest, TimerIsDueAtItsNanosecondAndNotBefore) {
  // Around the edges of digits, where a timer changes its level.
  for (unsigned shift = 0; shift < 63; ++shift) {
    for (const std::uint64_t offset : {0ULL, 1ULL, 2ULL}) {
      const std::uint64_t deadline = (1ULL << shift) + offset;
      TimerWheel wheel;
      TimerLink link;
      link.deadline = deadline;
      wheel.insert(link);
      wheel.advance(deadline - 1);
      EXPECT_EQ(wheel.pop_due(), nullptr) << deadline;
      wheel.advance(deadline);
      EXPECT_EQ(wheel.pop_due(), &link) << deadline;
    }
  }
}

TEST_F(TimerWheelTest, LastNanosecondOfTimeIsADeadline) {
  TimerLink& last = insert(kEndOfTime);
  EXPECT_EQ(wheel_.next_deadline(), kEndOfTime);
  wheel_.advance(kEndOfTime - 1);
  EXPECT_FALSE(wheel_.has_due());
  EXPECT_EQ(wheel_.next_deadline(), kEndOfTime);
  wheel_.advance(kEndOfTime);
  EXPECT_EQ(wheel_.pop_due(), &last);
}

TEST_F(TimerWheelTest, DueTimersComeInOrderOfDeadline) {
  TimerLink& third = insert(4'000'000'000);
  TimerLink& first = insert(5);
  TimerLink& second = insert(70'000);
  wheel_.advance(kEndOfTime);
  EXPECT_EQ(pop_all(wheel_), (std::vector{&first, &second, &third}));
}

TEST_F(TimerWheelTest, EqualDeadlinesComeInOrderOfInsertion) {
  // Inserted at different presents, so that they begin on different levels.
  constexpr std::uint64_t kDeadline = 1'000'000;
  std::vector<TimerLink*> expected;
  for (const std::uint64_t present : {0U, 1U, 500'000U, 900'000U, 999'990U, 999'999U}) {
    wheel_.advance(present);
    expected.push_back(&insert(kDeadline));
    expected.push_back(&insert(kDeadline));
  }
  wheel_.advance(kDeadline);
  EXPECT_EQ(pop_all(wheel_), expected);
}

TEST_F(TimerWheelTest, DeadlineInThePastIsDueAtTheNextAdvance) {
  wheel_.advance(1'000'000);
  TimerLink& late = insert(3);
  EXPECT_LE(wheel_.next_deadline(), 1'000'000U);
  EXPECT_FALSE(wheel_.has_due());
  wheel_.advance(1'000'000);
  EXPECT_EQ(wheel_.pop_due(), &late);
}

TEST_F(TimerWheelTest, PresentNeverGoesBack) {
  wheel_.advance(1'000);
  TimerLink& link = insert(1'500);
  wheel_.advance(10);
  EXPECT_FALSE(wheel_.has_due());
  wheel_.advance(1'500);
  EXPECT_EQ(wheel_.pop_due(), &link);
}

TEST_F(TimerWheelTest, RemovedTimerIsNotDue) {
  TimerLink& stays = insert(100);
  TimerLink& goes = insert(100);
  wheel_.remove(goes);
  EXPECT_FALSE(goes.linked());
  wheel_.advance(200);
  EXPECT_EQ(pop_all(wheel_), std::vector{&stays});
}

TEST_F(TimerWheelTest, DueTimerMayBeRemovedBeforeItsTurn) {
  TimerLink& first = insert(100);
  TimerLink& second = insert(100);
  wheel_.advance(100);
  wheel_.remove(second);
  EXPECT_EQ(pop_all(wheel_), std::vector{&first});
  EXPECT_FALSE(wheel_.has_due());
}

TEST_F(TimerWheelTest, NextDeadlineFollowsRemovalOfTheEarliest) {
  TimerLink& early = insert(1'000);
  insert(2'000);
  EXPECT_LE(wheel_.next_deadline(), 1'000U);
  wheel_.remove(early);
  ASSERT_TRUE(wheel_.next_deadline().has_value());
  EXPECT_GT(wheel_.next_deadline(), 1'000U);
  EXPECT_LE(wheel_.next_deadline(), 2'000U);
}

TEST_F(TimerWheelTest, WakingUpAtNextDeadlineReachesEachTimerInFewSteps) {
  // Next_deadline may be early in a crowded slot, but each wake-up must get nearer.
  test::Random random(test::seed());
  for (int i = 0; i < 500; ++i) {
    insert(random.below(1'000'000'000'000));
  }
  std::size_t served = 0;
  int wakeups = 0;
  std::uint64_t before = 0;
  while (const auto next = wheel_.next_deadline()) {
    ASSERT_GE(*next, before);
    before = *next;
    wheel_.advance(*next);
    const std::size_t due = pop_all(wheel_).size();
    served += due;
    ++wakeups;
    ASSERT_LE(wakeups, 11 * 500);
  }
  EXPECT_EQ(served, 500U);
}

TEST_F(TimerWheelTest, CrowdedSlotStillGivesTheExactDeadlineInTheEnd) {
  for (std::uint64_t i = 0; i < 100; ++i) {
    insert(1'000'000'000 + 100 - i);
  }
  std::uint64_t next = 0;
  for (int i = 0; i < 11; ++i) {  // one level each
    next = wheel_.next_deadline().value();
    if (next == 1'000'000'001) {
      break;
    }
    ASSERT_LT(next, 1'000'000'001U);
    wheel_.advance(next);
    ASSERT_FALSE(wheel_.has_due());
  }
  EXPECT_EQ(next, 1'000'000'001U);
}

using TimerWheelDeathTest = TimerWheelTest;

TEST_F(TimerWheelDeathTest, SecondInsertAborts) {
  TimerLink& link = insert(5);
  EXPECT_DEATH(wheel_.insert(link), "a timer is inserted once");
}

TEST_F(TimerWheelDeathTest, SecondRemoveAborts) {
  TimerLink& link = insert(5);
  wheel_.remove(link);
  EXPECT_DEATH(wheel_.remove(link), "a timer is removed once");
}

}  // namespace
}  // namespace halo
