#include "bench/datagram_ledger.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "tests/bench/print_counts.hpp"
#include "tests/support/seed.hpp"

namespace halo::bench {

namespace {

using Arrival = DatagramLedger::Arrival;
using std::chrono::milliseconds;

constexpr TimePoint kStart{milliseconds(1000)};

/// Asks with all free places, in their order.
void fill(DatagramLedger& ledger, TimePoint now = kStart) {
  for (std::size_t place = 0; place < ledger.window(); ++place) {
    if (!ledger.is_outstanding(place)) {
      ledger.ask(place, now);
    }
  }
}

/// The answer arrives where it should.
Arrival answer(DatagramLedger& ledger, std::uint64_t number) {
  return ledger.take(ledger.socket_of(number), number);
}

TEST(DatagramLedger, AWindowOfOneGoesRoundTheSockets) {
  DatagramLedger ledger(1, 3);
  for (std::uint64_t number = 0; number < 7; ++number) {
    EXPECT_EQ(ledger.ask(0, kStart), number);
    EXPECT_EQ(ledger.socket_of(number), number % 3);
    EXPECT_EQ(answer(ledger, number), Arrival::kAnswered);
  }
}

TEST(DatagramLedger, AWindowThatIsAMultipleOfTheSocketsStaysEvenlySpread) {
  DatagramLedger ledger(32, 8);
  test::Random random(test::seed());
  fill(ledger);
  for (int i = 0; i < 1000; ++i) {
    const std::size_t place = random.below(32);
    std::uint64_t number = place;  // the place's present question
    while (answer(ledger, number) != Arrival::kAnswered) {
      number += 32;
    }
    const std::uint64_t next = ledger.ask(place, kStart);
    EXPECT_EQ(next, number + 32);
    EXPECT_EQ(ledger.socket_of(next), place % 8);
  }
}

TEST(DatagramLedger, AFirstAnswerInTimeIsAnswered) {
  DatagramLedger ledger(2, 1);
  fill(ledger);
  EXPECT_EQ(ledger.outstanding(), 2U);
  EXPECT_EQ(answer(ledger, 0), Arrival::kAnswered);
  EXPECT_FALSE(ledger.is_outstanding(0));
  EXPECT_TRUE(ledger.is_outstanding(1));
  EXPECT_EQ(ledger.counts(), (DatagramCounts{.asked = 2, .answered = 1}));
}

TEST(DatagramLedger, ATimeOutMakesTheOldestLost) {
  DatagramLedger ledger(3, 1);
  ledger.ask(2, kStart);
  ledger.ask(0, kStart + milliseconds(1));
  ledger.ask(1, kStart + milliseconds(2));
  EXPECT_EQ(ledger.oldest(), kStart);
  EXPECT_EQ(ledger.lose_oldest(), 2U);
  EXPECT_EQ(answer(ledger, 0), Arrival::kAnswered);
  EXPECT_EQ(ledger.oldest(), kStart + milliseconds(2));
  EXPECT_EQ(ledger.lose_oldest(), 1U);
  EXPECT_FALSE(ledger.oldest());
  EXPECT_EQ(ledger.outstanding(), 0U);
  EXPECT_EQ(ledger.counts(), (DatagramCounts{.asked = 3, .answered = 1, .lost = 2}));
}

TEST(DatagramLedger, AnAnswerAfterTheTimeOutIsLateAndNotLost) {
  DatagramLedger ledger(1, 1);
  fill(ledger);
  ledger.lose_oldest();
  EXPECT_EQ(answer(ledger, 0), Arrival::kLate);
  EXPECT_EQ(ledger.counts(), (DatagramCounts{.asked = 1, .late = 1}));
}

TEST(DatagramLedger, ALateAnswerMayComeWhileItsPlaceAsksOn) {
  DatagramLedger ledger(1, 1);
  for (int i = 0; i < 5; ++i) {
    fill(ledger);
    ledger.lose_oldest();
  }
  fill(ledger);
  EXPECT_EQ(answer(ledger, 1), Arrival::kLate);
  EXPECT_TRUE(ledger.is_outstanding(0));
  EXPECT_EQ(answer(ledger, 5), Arrival::kAnswered);
  EXPECT_EQ(ledger.counts(), (DatagramCounts{.asked = 6, .answered = 1, .lost = 4, .late = 1}));
}

TEST(DatagramLedger, EachAnswerBeyondTheFirstIsADuplicate) {
  DatagramLedger ledger(1, 1);
  fill(ledger);
  EXPECT_EQ(answer(ledger, 0), Arrival::kAnswered);
  EXPECT_EQ(answer(ledger, 0), Arrival::kDuplicate);
  fill(ledger);
  EXPECT_EQ(answer(ledger, 0), Arrival::kDuplicate);  // its place asks something else meanwhile
  EXPECT_TRUE(ledger.is_outstanding(0));
  EXPECT_EQ(ledger.counts(), (DatagramCounts{.asked = 2, .answered = 1, .duplicated = 2}));
}

TEST(DatagramLedger, AnAnswerAfterALateOneIsADuplicate) {
  DatagramLedger ledger(1, 1);
  fill(ledger);
  ledger.lose_oldest();
  EXPECT_EQ(answer(ledger, 0), Arrival::kLate);
  EXPECT_EQ(answer(ledger, 0), Arrival::kDuplicate);
  EXPECT_EQ(ledger.counts(), (DatagramCounts{.asked = 1, .late = 1, .duplicated = 1}));
}

TEST(DatagramLedger, AnOvertakenAnswerIsAnsweredAndReordered) {
  DatagramLedger ledger(3, 1);
  fill(ledger);
  for (const std::uint64_t number : {2, 0, 1}) {  // 2 overtakes both
    EXPECT_EQ(answer(ledger, number), Arrival::kAnswered);
  }
  EXPECT_EQ(ledger.counts(), (DatagramCounts{.asked = 3, .answered = 3, .reordered = 2}));
}

TEST(DatagramLedger, OrderIsThatOfAskingAndNotOfNumbers) {
  DatagramLedger ledger(2, 1);
  ledger.ask(1, kStart);  // number 1 before number 0
  ledger.ask(0, kStart);
  EXPECT_EQ(answer(ledger, 1), Arrival::kAnswered);
  EXPECT_EQ(answer(ledger, 0), Arrival::kAnswered);
  EXPECT_EQ(ledger.counts().reordered, 0U);
}

TEST(DatagramLedger, SocketsDoNotOvertakeEachOther) {
  DatagramLedger ledger(4, 2);
  fill(ledger);
  for (const std::uint64_t number : {1, 3, 0, 2}) {
    EXPECT_EQ(answer(ledger, number), Arrival::kAnswered);
  }
  EXPECT_EQ(ledger.counts().reordered, 0U);
}

TEST(DatagramLedger, LateAnswersAndDuplicatesDoNotReorder) {
  DatagramLedger ledger(2, 1);
  fill(ledger);
  EXPECT_EQ(ledger.lose_oldest(), 0U);
  EXPECT_EQ(answer(ledger, 1), Arrival::kAnswered);
  EXPECT_EQ(answer(ledger, 0), Arrival::kLate);  // after 1, but late is all that it is
  EXPECT_EQ(answer(ledger, 0), Arrival::kDuplicate);
  EXPECT_EQ(ledger.counts(),
            (DatagramCounts{.asked = 2, .answered = 1, .late = 1, .duplicated = 1}));
}

TEST(DatagramLedger, WhatWasNotAskedIsWrong) {
  DatagramLedger ledger(2, 1);
  EXPECT_EQ(answer(ledger, 0), Arrival::kWrong);
  fill(ledger);
  EXPECT_EQ(answer(ledger, 2), Arrival::kWrong);  // not yet asked
  EXPECT_EQ(answer(ledger, UINT64_MAX), Arrival::kWrong);
  ledger.take_nonsense();
  EXPECT_EQ(ledger.counts(), (DatagramCounts{.asked = 2, .wrong = 4}));
}

TEST(DatagramLedger, AnAnswerOnAnotherSocketIsWrong) {
  DatagramLedger ledger(2, 2);
  fill(ledger);
  EXPECT_EQ(ledger.take(1, 0), Arrival::kWrong);
  EXPECT_TRUE(ledger.is_outstanding(0));
  EXPECT_EQ(ledger.take(0, 0), Arrival::kAnswered);
}

TEST(DatagramLedger, IsFullWhenTooManyWereLost) {
  DatagramLedger ledger(1, 1);
  for (std::size_t i = 0; i < DatagramLedger::kLostMax; ++i) {
    ASSERT_FALSE(ledger.full());
    ledger.ask(0, kStart);
    ledger.lose_oldest();
  }
  EXPECT_TRUE(ledger.full());
  EXPECT_EQ(answer(ledger, 0), Arrival::kLate);  // even the very first one is remembered
  EXPECT_FALSE(ledger.full());
}

/// What a ledger without bounds would say, straight from the definitions.
class Model {
 public:
  explicit Model(const DatagramLedger& ledger) : ledger_(ledger) {}

  void ask(std::uint64_t number) {
    ++counts.asked;
    asked_.push_back(number);
    fates_[number] = Fate::kOutstanding;
  }
  void lose_oldest() {
    ++counts.lost;
    fates_[oldest()] = Fate::kLost;
  }
  void take(std::size_t socket, std::uint64_t number) {
    const auto found = fates_.find(number);
    if (found == fates_.end() || ledger_.socket_of(number) != socket) {
      ++counts.wrong;
    } else if (found->second == Fate::kOutstanding) {
      ++counts.answered;
      counts.reordered += is_overtaken(number) ? 1 : 0;
      found->second = Fate::kAnswered;
    } else if (found->second == Fate::kLost) {
      --counts.lost;
      ++counts.late;
      found->second = Fate::kLate;
    } else {
      ++counts.duplicated;
    }
  }
  std::uint64_t oldest() const {
    return *std::find_if(asked_.begin(), asked_.end(), [this](std::uint64_t number) {
      return fates_.at(number) == Fate::kOutstanding;
    });
  }

  DatagramCounts counts;

 private:
  enum class Fate { kOutstanding, kAnswered, kLost, kLate };

  /// Whether a question that was asked later on the same socket is answered already.
  bool is_overtaken(std::uint64_t number) const {
    const auto asked = std::find(asked_.begin(), asked_.end(), number);
    return std::any_of(asked, asked_.end(), [&](std::uint64_t later) {
      return ledger_.socket_of(later) == ledger_.socket_of(number) &&
             fates_.at(later) == Fate::kAnswered;
    });
  }

  const DatagramLedger& ledger_;
  std::vector<std::uint64_t> asked_;  // in this order
  std::map<std::uint64_t, Fate> fates_;
};

TEST(DatagramLedger, CountsAsTheDefinitionsDoWhateverHappens) {
  test::Random random(test::seed());
  for (int run = 0; run < 20; ++run) {
    const std::size_t window = 1 + random.below(9);
    const std::size_t sockets = 1 + random.below(4);
    DatagramLedger ledger(window, sockets);
    Model model(ledger);
    for (int step = 0; step < 600; ++step) {
      const std::size_t place = random.below(window);
      const std::uint64_t choice = random.below(20);
      if (choice < 8) {
        if (!ledger.is_outstanding(place)) {
          model.ask(ledger.ask(place, kStart + milliseconds(step)));
        }
      } else if (choice < 10) {
        if (ledger.outstanding() > 0) {
          ASSERT_EQ(model.oldest() % window, ledger.lose_oldest());
          model.lose_oldest();
        }
      } else {
        // Numbers around those of now, so that each of them comes, some of them twice.
        const std::uint64_t number = random.below(model.counts.asked + window + 1);
        const std::size_t socket = choice == 10 ? random.below(sockets) : ledger.socket_of(number);
        ledger.take(socket, number);
        model.take(socket, number);
      }
      ASSERT_EQ(ledger.counts(), model.counts);
      ASSERT_EQ(ledger.counts().asked, ledger.counts().answered + ledger.counts().lost +
                                           ledger.counts().late + ledger.outstanding());
    }
    EXPECT_GT(ledger.counts().late, 0U);
    EXPECT_GT(ledger.counts().duplicated, 0U);
  }
}

}  // namespace
}  // namespace halo::bench
