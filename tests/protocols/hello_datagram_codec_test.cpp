#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/hello/datagram_codec.hpp"
#include "tests/support/seed.hpp"

namespace halo::hello {
namespace {

using namespace std::string_literals;

constexpr DatagramOrigin kSomebody{40'000, false, false};

DatagramVerdict judged(std::string_view message, DatagramOrigin origin = kSomebody,
                       LoopGuard guard = LoopGuard::kOn) {
  return judge(message, origin, guard);
}

std::string answer(std::string_view message) {
  std::string all;
  for (const std::string_view part : answer_parts(message)) {
    all += part;
  }
  return all;
}

TEST(DatagramCodec, AnswersAnyBytesAndNone) {
  for (const std::string& message : {""s, "Bond"s, "exit"s, "\0\xff\r\n"s, "Hello"s}) {
    EXPECT_EQ(judged(message), DatagramVerdict::kAnswer) << message;
    EXPECT_EQ(answer(message), "Hello, " + message + "!");
  }
}

TEST(DatagramCodec, KnowsTheFormOfAnAnswer) {
  for (const std::string& message : {"Hello, !"s, "Hello, Bond!"s, "Hello, \0!\n!"s}) {
    EXPECT_TRUE(has_form_of_answer(message)) << message;
    EXPECT_EQ(judged(message), DatagramVerdict::kAnswerForm);
  }
  for (const std::string& message : {"Hello, Bond"s, "Hello,!"s, "Hello,  "s, "hello, Bond!"s,
                                     " Hello, Bond!"s, "Hello, Bond!\n"s, "!"s, ""s}) {
    EXPECT_FALSE(has_form_of_answer(message)) << message;
  }
}

TEST(DatagramCodec, NeverAnswersAnAnswerOfItsOwn) {
  test::Random random(test::seed());
  for (int i = 0; i < 10'000; ++i) {
    std::string message(random.below(40), '\0');
    for (char& byte : message) {
      byte =
          random.below(2) == 0 ? "Hello, !"[random.below(8)] : static_cast<char>(random.below(256));
    }
    EXPECT_EQ(judged(answer(message)), DatagramVerdict::kAnswerForm) << message;
  }
}

TEST(DatagramCodec, AnswersNobodyAtPortZeroEvenUnguarded) {
  for (const LoopGuard guard : {LoopGuard::kOn, LoopGuard::kOff}) {
    EXPECT_EQ(judged("Bond", {0, false, false}, guard), DatagramVerdict::kPortZero);
    EXPECT_EQ(judged("Bond", {1, false, true}, guard), DatagramVerdict::kCut);
  }
}

TEST(DatagramCodec, AnswersItselfOnlyUnguarded) {
  EXPECT_EQ(judged("Bond", {9999, true, false}), DatagramVerdict::kOwnAddress);
  EXPECT_EQ(judged("Bond", {9999, true, false}, LoopGuard::kOff), DatagramVerdict::kAnswer);
  EXPECT_EQ(judged("Hello, Bond!", kSomebody, LoopGuard::kOff), DatagramVerdict::kAnswer);
}

TEST(DatagramCodec, AnswersWhatFitsAndCutsNothing) {
  const std::string fits(65'499, 'x');
  EXPECT_EQ(judged(fits), DatagramVerdict::kAnswer);
  EXPECT_EQ(answer(fits).size(), 65'507U);
  for (const std::size_t size : {65'500U, 65'507U, 65'527U}) {
    EXPECT_EQ(judged(std::string(size, 'x')), DatagramVerdict::kAnswerTooLong) << size;
  }
}

TEST(DatagramCodec, VerdictsHaveNamesOfTheirOwn) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kDatagramVerdicts; ++i) {
    names.push_back(name_of(static_cast<DatagramVerdict>(i)));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace
}  // namespace halo::hello
