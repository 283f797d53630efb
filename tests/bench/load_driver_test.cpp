#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bench/load/driver.hpp"
#include "tests/support/loops.hpp"

namespace halo::bench::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Lanes to nobody: the test answers.
class FakeLanes final : public Lanes {
 public:
  struct Asked {
    std::uint32_t lane;
    std::uint64_t number;
    TimePoint at;
  };

  FakeLanes(LaneOwner& owner, const Clock& clock) : owner_(owner), clock_(clock) {}

  void open(std::uint32_t lane) override {
    ++opens;
    if (refuses) {
      owner_.on_lane_failed(lane, {"refused", {}});
    } else {
      owner_.on_lane_open(lane);
    }
  }
  void ask(std::uint32_t lane, std::uint64_t number) override {
    asked.push_back({lane, number, clock_.now()});
  }
  void reset(std::uint32_t lane) override { owner_.on_lane_closed(lane, {}); }
  bool survives_loss() const noexcept override { return survives; }

  void answer(std::string_view fault = {}) {
    const Asked one = asked.front();
    asked.pop_front();
    owner_.on_answer(one.number, fault, clock_.now());
  }
  LaneOwner& owner() { return owner_; }

  std::deque<Asked> asked;  // and not answered
  std::size_t opens = 0;
  bool refuses = false;
  bool survives = false;

 private:
  LaneOwner& owner_;
  const Clock& clock_;
};

/// A driver on a simulated clock. What the server does in each millisecond, the test says.
class LoadDriver : public testing::Test {
 protected:
  Driver& make(DriverOptions options) {
    options.clock = &clock_;
    driver_ = std::make_unique<Driver>(
        *loop_, options,
        [this](EventLoop&, LaneOwner& owner, const Outstanding&) {
          auto lanes = std::make_unique<FakeLanes>(owner, clock_);
          lanes_ = lanes.get();
          lanes_->refuses = refuses_;
          lanes_->survives = survives_;
          return lanes;
        },
        // Asked before each turn of the loop: the place where time goes on.
        [this] {
          loop_->post([this] {
            clock_.advance(milliseconds(1));
            serve_();
          });
          return stop_;
        },
        [this](const Interval& interval) { intervals_.push_back(interval); });
    return *driver_;
  }

  const Tallies& run(const DriverOptions& options) {
    Driver& driver = make(options);
    (void)driver.open(seconds(10));
    begin_ = clock_.now() + milliseconds(5);
    driver.run(begin_);
    return driver.tallies();
  }

  void answer_all() {
    for (std::size_t left = lanes_->asked.size(); left > 0; --left) {
      lanes_->answer();
    }
  }

  Duration since_begin() const { return clock_.now() - begin_; }

  static DriverOptions open_loop(double rate, std::size_t lanes) {
    DriverOptions options;
    options.lanes = lanes;
    options.schedule = ScheduleOptions{.rate = rate};
    options.timing.window = seconds(4);
    return options;
  }
  static void expect_adds_up(const Tallies& tallies) {
    EXPECT_EQ(tallies.due, tallies.asked + tallies.missed);
    EXPECT_EQ(tallies.asked, tallies.answered + tallies.failed + tallies.unfinished);
  }

  test::SimulatedClock clock_;
  std::unique_ptr<EventLoop> loop_ = test::make_loop(PollerKind::kBest, clock_);
  std::unique_ptr<Driver> driver_;
  FakeLanes* lanes_ = nullptr;
  std::function<void()> serve_ = [this] { answer_all(); };
  std::vector<Interval> intervals_;
  TimePoint begin_{};
  bool refuses_ = false;
  bool survives_ = false;
  bool stop_ = false;
};

TEST_F(LoadDriver, AnOpenLoopAsksAtItsRate) {
  const Tallies& tallies = run(open_loop(500, 10));
  EXPECT_EQ(tallies.due, 1999U);  // the 2,000th is due at the very end
  EXPECT_EQ(tallies.answered, 1999U);
  EXPECT_EQ(tallies.latency.response.count(), 1999U);
  EXPECT_LE(tallies.latency.response.longest(), milliseconds(3));
  expect_adds_up(tallies);
}

/// The measure of an open loop: what a stall of one second does to p99.9.
TEST_F(LoadDriver, AStallOfOneSecondIsInTheResponseTimeOfAllWhoCameMeanwhile) {
  serve_ = [this] {
    if (since_begin() < seconds(1) || since_begin() > seconds(2)) {
      answer_all();
    }
  };
  const Tallies& tallies = run(open_loop(1000, 10));
  expect_adds_up(tallies);
  EXPECT_EQ(tallies.missed, 0U);
  EXPECT_GE(tallies.latency.response.percentile(99.9), milliseconds(950));
  // 1,111 users came in that second, and while those before them were served by ten a millisecond;
  // half of them waited for half of it.
  const double percent = 100 * (1 - 1111.0 / 2 / 4000);
  EXPECT_NEAR(static_cast<double>(tallies.latency.response.percentile(percent).count()), 5e8, 2e7);
  // Those who were asked again and again see ten long ones only.
  EXPECT_LE(tallies.latency.service.percentile(99.5), milliseconds(5));
}

TEST_F(LoadDriver, AClosedLoopHidesTheStallAndSaysSoByHavingNoResponseTime) {
  serve_ = [this] {
    if (since_begin() < seconds(1) || since_begin() > seconds(2)) {
      answer_all();
    }
  };
  DriverOptions options = open_loop(1, 2);
  options.schedule.reset();
  const Tallies& tallies = run(options);
  expect_adds_up(tallies);
  EXPECT_EQ(tallies.latency.response.count(), 0U);
  EXPECT_LE(tallies.latency.service.percentile(99.9), milliseconds(5));
  EXPECT_GE(tallies.latency.service.longest(), milliseconds(950));
}

TEST_F(LoadDriver, WhatCouldNotBeSentBeforeTheEndIsMissed) {
  serve_ = [this] {
    if (!lanes_->asked.empty()) {
      lanes_->answer();  // a thousand a second, of two thousand
    }
  };
  const Tallies& tallies = run(open_loop(2000, 4));
  expect_adds_up(tallies);
  EXPECT_NEAR(static_cast<double>(tallies.missed), 4000, 50);
  EXPECT_NEAR(static_cast<double>(intervals_[1].behind), 2000, 50);
  // The last ones waited for half of the run.
  EXPECT_GE(tallies.latency.response.longest(), milliseconds(1900));
}

/// The loop wakes late, as on a busy machine: that is ours, and shows in the time, not as missed.
TEST_F(LoadDriver, WhatTheGeneratorIsLateForIsSentEvenAfterTheEnd) {
  serve_ = [this] {
    if (since_begin() == milliseconds(3990)) {
      clock_.advance(milliseconds(100));
    }
    answer_all();
  };
  const Tallies& tallies = run(open_loop(1000, 50));
  expect_adds_up(tallies);
  EXPECT_EQ(tallies.due, 3999U);
  EXPECT_EQ(tallies.missed, 0U);
  EXPECT_GE(tallies.latency.response.longest(), milliseconds(99));
}

TEST_F(LoadDriver, AFreeConnectionTakesTheQuestionOfABusyOne) {
  serve_ = [this] {  // lane 0 never answers, the other does
    auto& asked = lanes_->asked;
    std::stable_partition(asked.begin(), asked.end(), [](auto& one) { return one.lane != 0; });
    while (!asked.empty() && asked.front().lane != 0) {
      lanes_->answer();
    }
  };
  const Tallies& tallies = run(open_loop(100, 2));
  expect_adds_up(tallies);
  EXPECT_EQ(tallies.missed, 0U);
  EXPECT_EQ(tallies.failed, 1U) << "the one that timed out while we waited for the rest";
  EXPECT_LE(tallies.latency.response.longest(), milliseconds(5));
}

TEST_F(LoadDriver, TheWarmUpIsAskedAndNotCounted) {
  DriverOptions options = open_loop(100, 2);
  options.timing.ramp = options.schedule->ramp = seconds(2);
  options.timing.warm_up = milliseconds(1500);
  serve_ = [this] {
    while (!lanes_->asked.empty()) {
      lanes_->answer(since_begin() < seconds(3) ? "wrong" : "");
    }
  };
  const Tallies& tallies = run(options);
  expect_adds_up(tallies);
  EXPECT_EQ(tallies.due, 400U);
  EXPECT_EQ(tallies.failed, 0U);
  EXPECT_NEAR(static_cast<double>(tallies.failed_before), 200, 3);  // the ramp's half, and a second
  ASSERT_EQ(intervals_.size(), 8U);
  EXPECT_EQ(intervals_[0].begin, -milliseconds(3500));
  EXPECT_EQ(intervals_[0].length, milliseconds(500));
  EXPECT_FALSE(intervals_[3].counted);
  EXPECT_EQ(intervals_[4].begin, Duration::zero());
  EXPECT_TRUE(intervals_[4].counted);
}

TEST_F(LoadDriver, IntervalsAddUpToTheWhole) {
  const Tallies& tallies = run(open_loop(700, 3));
  Latency sum;
  std::uint64_t answered = 0;
  for (const Interval& interval : intervals_) {
    sum.merge(interval.latency);
    answered += interval.answered;
  }
  EXPECT_EQ(answered, tallies.answered);
  EXPECT_EQ(sum.response, tallies.latency.response);
  EXPECT_EQ(sum.service, tallies.latency.service);
}

TEST_F(LoadDriver, ALostAnswerIsATimeOutAndItsConnectionIsReplaced) {
  serve_ = [this] {
    while (!lanes_->asked.empty()) {
      if (since_begin() > seconds(1) && lanes_->opens == 2) {
        lanes_->asked.pop_front();  // lost
      } else {
        lanes_->answer();
      }
    }
  };
  DriverOptions options = open_loop(100, 2);
  options.timing.timeout = milliseconds(300);
  const Tallies& tallies = run(options);
  expect_adds_up(tallies);
  EXPECT_EQ(tallies.failed, 2U);
  EXPECT_EQ(tallies.failures.at("time-out").times, 2U);
  EXPECT_EQ(tallies.reopened, 2U);
  EXPECT_EQ(tallies.missed, 0U);
  EXPECT_GE(tallies.latency.response.longest(), milliseconds(200)) << "those who waited meanwhile";
}

TEST_F(LoadDriver, WhereAnswersHaveNumbersALostOneCostsNoConnection) {
  survives_ = true;
  serve_ = [this] {
    while (!lanes_->asked.empty()) {
      lanes_->asked.pop_front();
    }
  };
  DriverOptions options = open_loop(10, 2);
  options.timing.timeout = milliseconds(100);
  const Tallies& tallies = run(options);
  expect_adds_up(tallies);
  EXPECT_EQ(tallies.failed, 39U);
  EXPECT_EQ(lanes_->opens, 2U);
}

TEST_F(LoadDriver, AConnectionThatAnsweredNothingIsNotReplacedAtOnce) {
  serve_ = [this] {
    if (!lanes_->asked.empty()) {
      const std::uint32_t lane = lanes_->asked.front().lane;
      lanes_->asked.clear();
      lanes_->owner().on_lane_closed(lane, {});
    }
  };
  const Tallies& tallies = run(open_loop(1000, 1));
  expect_adds_up(tallies);
  EXPECT_NEAR(static_cast<double>(lanes_->opens), 40, 2);  // one each 100 ms
  EXPECT_EQ(tallies.failures.at("closed early").times, tallies.failed);
}

TEST_F(LoadDriver, ConnectionsThatDoNotOpenAreCountedAndNothingHangs) {
  refuses_ = true;
  Driver& driver = make(open_loop(100, 3));
  EXPECT_EQ(driver.open(seconds(1)), 0U);
  EXPECT_EQ(driver.tallies().failures.at("refused").times, 3U);
}

TEST_F(LoadDriver, AnInterruptEndsTheWindowEarlyAndEverythingStillAddsUp) {
  serve_ = [this] {
    if (since_begin() > milliseconds(1500)) {
      stop_ = true;
    } else if (since_begin() < seconds(1)) {
      answer_all();
    }
  };
  const Tallies& tallies = run(open_loop(100, 5));
  expect_adds_up(tallies);
  EXPECT_GE(tallies.length, milliseconds(1500));
  EXPECT_LE(tallies.length, milliseconds(1600));
  EXPECT_EQ(tallies.unfinished, 5U);
  EXPECT_NEAR(static_cast<double>(tallies.missed), 46, 3);
  EXPECT_EQ(tallies.latency.response.count(), tallies.answered);
}

TEST_F(LoadDriver, AClosedLoopKeepsItsDepthAndRampsUp) {
  DriverOptions options = open_loop(1, 4);
  options.schedule.reset();
  options.depth = 8;
  options.timing.ramp = seconds(1);
  std::size_t most_early = 0;
  std::size_t most = 0;
  serve_ = [this, &most_early, &most] {
    std::size_t& peak = since_begin() < milliseconds(250) ? most_early : most;
    peak = std::max(peak, lanes_->asked.size());
    answer_all();
  };
  expect_adds_up(run(options));
  EXPECT_EQ(most, 32U);
  EXPECT_LE(most_early, 9U);
  EXPECT_GE(most_early, 4U);
}

}  // namespace
}  // namespace halo::bench::load
