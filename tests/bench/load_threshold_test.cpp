#include <gtest/gtest.h>

#include "bench/load/threshold.hpp"

namespace halo::bench::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// 1 ms to `answered` ms in an open loop of 10 s.
Tallies answers(std::uint64_t answered, std::uint64_t failed, std::uint64_t missed) {
  Tallies tallies;
  tallies.length = seconds(10);
  tallies.answered = answered;
  tallies.failed = failed;
  tallies.missed = missed;
  tallies.asked = answered + failed;
  tallies.due = tallies.asked + missed;
  for (std::uint64_t i = 1; i <= answered; ++i) {
    tallies.latency.response.record(milliseconds(i));
    tallies.latency.service.record(milliseconds(1));
  }
  return tallies;
}

LoadPlan open_loop() {
  LoadPlan plan;
  plan.rate = 100;
  return plan;
}

bool kept(std::string_view text, const Tallies& tallies, const LoadPlan& plan = open_loop()) {
  const std::optional<Threshold> threshold = parse_threshold(text);
  EXPECT_TRUE(threshold) << text;
  return threshold && holds(*threshold, plan, tallies);
}

TEST(LoadThreshold, WhatIsNoBoundIsRefused) {
  for (const char* const text :
       {"", "p99", "p99<", "p99<5", "p99<5mm", "p<5ms", "p0<5ms", "p101<1s", "<5ms", "errors<",
        "errors<1%%", "errors<x", "rate>1%", "p99=5ms"}) {
    EXPECT_FALSE(parse_threshold(text)) << text;
  }
}

TEST(LoadThreshold, PercentilesAreOfResponseTimeInAnOpenLoop) {
  const Tallies tallies = answers(1000, 0, 0);
  EXPECT_TRUE(kept("p50<502ms", tallies));
  EXPECT_FALSE(kept("p50<500ms", tallies));
  EXPECT_TRUE(kept("p99.9<1s", tallies));
  EXPECT_TRUE(kept("max>999ms", tallies));
}

TEST(LoadThreshold, AndOfServiceTimeInAClosedOne) {
  EXPECT_TRUE(kept("max<2ms", answers(1000, 0, 0), LoadPlan{}));
}

/// A server does not get better by not answering.
TEST(LoadThreshold, QuestionsWithoutAnAnswerCountAsTheSlowest) {
  EXPECT_TRUE(kept("p90<1s", answers(990, 0, 10)));
  EXPECT_FALSE(kept("p99.5<1s", answers(990, 0, 10)));
  EXPECT_FALSE(kept("p99.5<1s", answers(990, 10, 0)));
  const std::optional<Duration> middle = percentile_of_due(open_loop(), answers(500, 300, 200), 50);
  ASSERT_TRUE(middle);
  EXPECT_GE(*middle, milliseconds(500));
  EXPECT_LT(*middle, milliseconds(500) + std::chrono::microseconds(500));  // the end of its bucket
  EXPECT_FALSE(percentile_of_due(open_loop(), answers(500, 300, 200), 51));
  EXPECT_FALSE(percentile_of_due(open_loop(), answers(0, 1, 0), 1));
}

TEST(LoadThreshold, ErrorsAndMissedOnesAreSharesOrNumbers) {
  const Tallies tallies = answers(980, 15, 5);
  EXPECT_TRUE(kept("errors<2%", tallies));
  EXPECT_FALSE(kept("errors<1.5%", tallies));
  EXPECT_TRUE(kept("errors<16", tallies));
  EXPECT_FALSE(kept("errors<15", tallies));
  EXPECT_TRUE(kept("missed<1%", tallies));
  EXPECT_FALSE(kept("missed<5", tallies));
}

TEST(LoadThreshold, TheRateIsOfRightAnswers) {
  EXPECT_TRUE(kept("rate>97", answers(980, 20, 0)));
  EXPECT_FALSE(kept("rate>98", answers(980, 20, 0)));
}

TEST(LoadThreshold, SaysWhatItWasInstead) {
  const Threshold p99 = *parse_threshold("p99<5ms");
  EXPECT_EQ(found_instead(p99, open_loop(), answers(100, 0, 0)), "p99 was 99.0 ms");
  EXPECT_EQ(found_instead(p99, open_loop(), answers(90, 10, 0)),
            "p99 lies among the questions without a right answer");
  EXPECT_EQ(found_instead(*parse_threshold("errors<1%"), open_loop(), answers(90, 10, 0)),
            "errors was 10%");
}

}  // namespace
}  // namespace halo::bench::load
