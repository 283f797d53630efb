#include "tools/answer_book.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halo {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> come_out(AnswerBook& book) {
  std::vector<std::string> answers;
  while (std::optional<std::string> answer = book.next_answer()) {
    answers.push_back(std::move(*answer));
  }
  return answers;
}

TEST(AnswerBook, NumbersQuestionsFromOne) {
  AnswerBook book;
  EXPECT_EQ(book.asked(), 0U);
  EXPECT_EQ(book.ask("Lambda"), 1U);
  EXPECT_EQ(book.ask("Bond"), 2U);
  EXPECT_EQ(book.name(2), "Bond");
  EXPECT_EQ(book.asked(), 2U);
}

TEST(AnswerBook, AnAnswerComesOutOnce) {
  AnswerBook book;
  book.ask("Bond");
  EXPECT_THAT(come_out(book), IsEmpty());
  EXPECT_TRUE(book.take_reply(1, "Hello, Bond!"));
  EXPECT_THAT(come_out(book), ElementsAre("Hello, Bond!"));
  EXPECT_THAT(come_out(book), IsEmpty());
}

TEST(AnswerBook, AnswersComeOutInTheOrderOfTheQuestions) {
  AnswerBook book;
  for (const char* const name : {"a", "b", "c", "d"}) {
    book.ask(name);
  }
  EXPECT_TRUE(book.take_reply(4, "Hello, d!"));
  EXPECT_TRUE(book.take_reply(2, "Hello, b!"));
  EXPECT_THAT(come_out(book), IsEmpty());
  EXPECT_TRUE(book.take_reply(1, "Hello, a!"));
  EXPECT_THAT(come_out(book), ElementsAre("Hello, a!", "Hello, b!"));
  EXPECT_EQ(book.kept(), 2U);
  EXPECT_TRUE(book.take_reply(3, "Hello, c!"));
  EXPECT_THAT(come_out(book), ElementsAre("Hello, c!", "Hello, d!"));
  EXPECT_EQ(book.kept(), 0U);
}

TEST(AnswerBook, AMissingQuestionLetsTheNextAnswersOut) {
  AnswerBook book;
  book.ask("a");
  book.ask("b");
  EXPECT_TRUE(book.take_reply(2, "Hello, b!"));
  book.give_up(1);
  EXPECT_THAT(come_out(book), ElementsAre("Hello, b!"));
  EXPECT_EQ(book.answered(), 1U);
  EXPECT_EQ(book.missing(), 1U);
  EXPECT_EQ(book.missing_names(), "name 1 'a'");
}

TEST(AnswerBook, EqualNamesAreTwoQuestions) {
  AnswerBook book;
  book.ask("a");
  book.ask("a");
  EXPECT_TRUE(book.take_reply(2, "Hello, a!"));
  EXPECT_THAT(come_out(book), IsEmpty());
  EXPECT_TRUE(book.take_reply(1, "Hello, a!"));
  EXPECT_THAT(come_out(book), ElementsAre("Hello, a!", "Hello, a!"));
}

TEST(AnswerBook, OnlyTheWholeAnswerIsOne) {
  using namespace std::string_literals;
  AnswerBook book;
  book.ask("a\0b"s);
  for (const std::string& reply :
       {""s, "Hello, a!"s, "Hello, a\0b"s, "Hello, a\0b!\n"s, "hello, a\0b!"s, "a\0b"s}) {
    EXPECT_FALSE(book.take_reply(1, reply)) << reply;
  }
  EXPECT_TRUE(book.take_reply(1, "Hello, a\0b!"s));
}

TEST(AnswerBook, AnEmptyNameHasAnAnswer) {
  AnswerBook book;
  book.ask("");
  EXPECT_TRUE(book.take_reply(1, "Hello, !"));
}

TEST(AnswerBook, KeepsTheFirstStrangerForPeople) {
  AnswerBook book;
  book.ask("a");
  EXPECT_EQ(book.stranger(), "");
  EXPECT_FALSE(book.take_reply(1, "220\x1b[2J ready\n"));
  EXPECT_FALSE(book.take_reply(1, "second"));
  EXPECT_EQ(book.stranger(), "'220\\x1b[2J ready\\x0a'");
}

TEST(AnswerBook, ClipsLongNamesBetweenCharacters) {
  AnswerBook book;
  book.ask(std::string(39, 'x') + "\u00e9t\u00e9");  // byte 40 is the middle of an accented letter
  book.ask(std::string(40, 'y'));
  book.ask(std::string(41, 'z'));
  for (const std::size_t number : {1U, 2U, 3U}) {
    book.give_up(number);
  }
  EXPECT_EQ(book.missing_names(), "name 1 '" + std::string(39, 'x') + "...', name 2 '" +
                                      std::string(40, 'y') + "', name 3 '" + std::string(40, 'z') +
                                      "...'");
}

TEST(AnswerBook, NamesAFewOfManyMissing) {
  AnswerBook book;
  for (std::size_t i = 1; i <= AnswerBook::kNamedMax + 3; ++i) {
    book.ask("n");
    book.give_up(i);
  }
  EXPECT_EQ(book.missing(), AnswerBook::kNamedMax + 3);
  EXPECT_THAT(book.missing_names(), testing::StartsWith("name 1 'n', name 2 'n', "));
  EXPECT_THAT(book.missing_names(), testing::EndsWith("name 8 'n' and 3 more"));
}

TEST(AnswerBook, AnAnswerEndsARowOfMissingOnes) {
  AnswerBook book;
  for (const char* const name : {"a", "b", "c", "d"}) {
    book.ask(name);
  }
  book.give_up(1);
  book.give_up(2);
  EXPECT_EQ(book.missing_in_a_row(), 2U);
  EXPECT_TRUE(book.take_reply(3, "Hello, c!"));
  EXPECT_EQ(book.missing_in_a_row(), 0U);
  book.give_up(4);
  EXPECT_EQ(book.missing_in_a_row(), 1U);
  EXPECT_EQ(book.missing(), 3U);
}

TEST(AnswerBook, KnowsThatAMissingNameReadsAsAnAnswer) {
  AnswerBook book;
  book.ask("Hello, you");
  book.ask("Hello, you!");
  book.give_up(1);
  EXPECT_FALSE(book.missing_reads_as_answer());
  book.give_up(2);
  EXPECT_TRUE(book.missing_reads_as_answer());
}

TEST(AnswerBookDeathTest, AQuestionEndsOnce) {
  AnswerBook book;
  book.ask("a");
  EXPECT_TRUE(book.take_reply(1, "Hello, a!"));
  EXPECT_DEATH((void)book.take_reply(1, "Hello, a!"), "ends once");
  EXPECT_DEATH(book.give_up(2), "was asked");
}

TEST(WaitAfterTry, DoublesAndAddsUpToTheTimeout) {
  EXPECT_EQ(wait_after_try(15s, 3, 0), 1s);
  EXPECT_EQ(wait_after_try(15s, 3, 1), 2s);
  EXPECT_EQ(wait_after_try(15s, 3, 2), 4s);
  EXPECT_EQ(wait_after_try(15s, 3, 3), 8s);
}

TEST(WaitAfterTry, WithoutRetriesIsTheTimeout) { EXPECT_EQ(wait_after_try(10s, 0, 0), 10s); }

TEST(WaitAfterTry, LosesNextToNothingAndNeverOverflows) {
  for (const Duration timeout :
       {Duration(1ms), Duration(10s), Duration(std::chrono::hours(8760))}) {
    Duration all{};
    for (std::size_t i = 0; i <= kRetriesMax; ++i) {
      all += wait_after_try(timeout, kRetriesMax, i);
    }
    EXPECT_LE(all, timeout);
    EXPECT_GT(all, timeout - 10us);
  }
}

}  // namespace
}  // namespace halo
