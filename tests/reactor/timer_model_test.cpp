// The timers against a std::multimap that does the same in the simplest way.

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/timer_queue.hpp"
#include "tests/support/seed.hpp"

namespace halo {
namespace {

using test::Random;

const TimePoint kZero{std::chrono::hours(5)};

class TimerModel : public testing::Test {
 protected:
  struct Entry {
    TimerId id;
    std::multimap<TimePoint, std::size_t>::iterator place;  // value: index in entries_
    bool live = false;
  };

  void add(Duration delay) {
    const std::size_t name = entries_.size();
    const TimePoint deadline = saturating_add(now_, delay);
    const TimerId id =
        queue_.add(deadline, Duration::zero(), [this, name] { ran_.push_back(name); });
    entries_.push_back({id, model_.emplace(deadline, name), true});  // behind its equals
    live_.push_back(name);
  }

  void cancel(std::size_t name) {
    Entry& entry = entries_[name];
    ASSERT_EQ(queue_.cancel(entry.id), entry.live);
    if (entry.live) {
      model_.erase(entry.place);
      entry.live = false;
    }
  }

  void rearm(std::size_t name, Duration delay) {
    Entry& entry = entries_[name];
    const TimePoint deadline = saturating_add(now_, delay);
    ASSERT_EQ(queue_.rearm(entry.id, deadline), entry.live);
    if (entry.live) {
      model_.erase(entry.place);
      entry.place = model_.emplace(deadline, name);
    }
  }

  void advance(TimePoint to, std::size_t timers_max) {
    now_ = std::max(now_, to);
    std::vector<std::size_t> expected;
    while (!model_.empty() && expected.size() < timers_max && model_.begin()->first <= now_) {
      expected.push_back(model_.begin()->second);
      entries_[model_.begin()->second].live = false;
      model_.erase(model_.begin());
    }
    ran_.clear();
    ASSERT_EQ(queue_.run_due(now_, timers_max), expected.size());
    ASSERT_EQ(ran_, expected);
  }

  void check_next() {
    const std::optional<TimePoint> next = queue_.next_deadline();
    ASSERT_EQ(next.has_value(), !model_.empty());
    if (next.has_value()) {
      ASSERT_LE(*next, std::max(model_.begin()->first, now_)) << "a loop would oversleep";
    }
    ASSERT_EQ(queue_.size(), model_.size());
  }

  // Any timer, more often a live one.
  std::size_t pick(Random& random) {
    while (!live_.empty() && !random.one_in(8)) {
      const std::size_t at = random.below(live_.size());
      if (entries_[live_[at]].live) {
        return live_[at];
      }
      live_[at] = live_.back();
      live_.pop_back();
    }
    return random.below(entries_.size());
  }

  TimePoint now_ = kZero;
  TimerQueue queue_{kZero};
  std::multimap<TimePoint, std::size_t> model_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> live_;
  std::vector<std::size_t> ran_;
};

// From nanoseconds to centuries, many of them equal.
Duration random_delay(Random& random) {
  const std::uint64_t magnitude = random.below(64);
  if (magnitude == 63) {
    return Duration::max();
  }
  if (magnitude >= 50) {
    return std::chrono::milliseconds(random.below(20));  // what programs ask for
  }
  return Duration(static_cast<Duration::rep>(random.below((1ULL << magnitude) + 1)));
}

TEST_F(TimerModel, AMillionRandomOperationsRunTheSameTimersInTheSameOrder) {
  Random random(test::seed());
  add(Duration(1));
  for (int i = 0; i < 1'000'000; ++i) {
    const std::uint64_t choice = random.below(100);
    if (choice < 45) {
      add(random_delay(random));
    } else if (choice < 65) {
      cancel(pick(random));
    } else if (choice < 85) {
      rearm(pick(random), random_delay(random));
    } else if (choice < 98) {
      const std::uint64_t step = random.below(1ULL << random.below(36));
      advance(now_ + Duration(static_cast<Duration::rep>(step)), SIZE_MAX);
    } else if (const auto next = queue_.next_deadline(); next && *next < TimePoint::max()) {
      advance(*next, SIZE_MAX);
    }
    if (i % 16 == 0) {
      check_next();
    }
    if (HasFatalFailure()) {
      FAIL() << "operation " << i;
    }
  }
  advance(TimePoint::max(), SIZE_MAX);
}

TEST_F(TimerModel, TurnsThatAreCutShortRunTheSameTimersInTheSameOrder) {
  Random random(test::seed());
  for (int i = 0; i < 100'000; ++i) {
    add(random_delay(random));
    if (random.one_in(4)) {
      cancel(pick(random));
    }
    if (random.one_in(8)) {
      advance(now_ + random_delay(random) / 1024, random.below(10));
      // The rest stays due; new timers come behind it even if they are due as well.
      while (!model_.empty() && model_.begin()->first <= now_) {
        advance(now_, 1 + random.below(10));
      }
    }
    ASSERT_FALSE(HasFatalFailure()) << "operation " << i;
  }
}

}  // namespace
}  // namespace halo
