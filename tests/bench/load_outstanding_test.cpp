#include <set>

#include <gtest/gtest.h>

#include "bench/load/outstanding.hpp"

namespace halo::bench::load {
namespace {

using std::chrono::seconds;

Question sent_at(int time, std::uint32_t lane) {
  return {TimePoint(seconds(time)), TimePoint(seconds(time)), lane};
}

TEST(LoadOutstanding, TheOldestIsTheOneThatWasSentFirst) {
  Outstanding books(3);
  EXPECT_FALSE(books.oldest());
  const std::uint64_t a = books.add(sent_at(1, 2));
  const std::uint64_t b = books.add(sent_at(2, 0));
  const std::uint64_t c = books.add(sent_at(3, 2));
  EXPECT_EQ(books.oldest(), a);
  EXPECT_EQ(books.oldest_of(0), b);
  EXPECT_EQ(books.oldest_of(2), a);
  EXPECT_FALSE(books.oldest_of(1));
  EXPECT_EQ(books.remove(a).sent, TimePoint(seconds(1)));
  EXPECT_EQ(books.oldest(), b);
  EXPECT_EQ(books.oldest_of(2), c);
  EXPECT_EQ(books.size(), 2U);
}

TEST(LoadOutstanding, AnswersMayComeInAnyOrder) {
  Outstanding books(1);
  const std::uint64_t a = books.add(sent_at(1, 0));
  const std::uint64_t b = books.add(sent_at(2, 0));
  const std::uint64_t c = books.add(sent_at(3, 0));
  (void)books.remove(b);
  (void)books.remove(c);
  EXPECT_EQ(books.oldest(), a);
  const std::uint64_t d = books.add(sent_at(4, 0));
  (void)books.remove(a);
  EXPECT_EQ(books.oldest(), d);
  EXPECT_EQ(books.oldest_of(0), d);
}

TEST(LoadOutstanding, ANumberIsNeverUsedTwice) {
  Outstanding books(1);
  std::set<std::uint64_t> numbers;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t number = books.add(sent_at(i, 0));
    EXPECT_TRUE(numbers.insert(number).second);
    (void)books.remove(number);
    EXPECT_EQ(books.find(number), nullptr) << "a late answer finds nothing";
  }
}

TEST(LoadOutstanding, NumbersOfTwoThreadsDiffer) {
  Outstanding mine(1, 0);
  Outstanding theirs(1, 10);
  const std::uint64_t number = theirs.add(sent_at(1, 0));
  EXPECT_NE(mine.add(sent_at(1, 0)), number);
  EXPECT_EQ(mine.find(number), nullptr);
  EXPECT_NE(theirs.find(number), nullptr);
}

TEST(LoadOutstanding, WhatWasNeverAskedIsNotFound) {
  Outstanding books(1);
  (void)books.add(sent_at(1, 0));
  for (const std::uint64_t number : {std::uint64_t{0}, UINT64_MAX, std::uint64_t{3} << 32}) {
    EXPECT_EQ(books.find(number), nullptr) << number;
  }
}

}  // namespace
}  // namespace halo::bench::load
