#include "bench/datagram_exchange.hpp"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace halo::bench {
namespace {

std::string question(std::uint64_t number) {
  std::array<char, kDatagramQuestionBytes> room;
  write_datagram_question(number, room);
  return {room.data(), room.size()};
}

TEST(DatagramExchange, AQuestionIsItsNumber) {
  EXPECT_EQ(question(0), "0000000000000000");
  EXPECT_EQ(question(0xfedcba9876543210), "fedcba9876543210");
}

TEST(DatagramExchange, ItsAnswerTellsTheNumber) {
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{42}, UINT64_MAX}) {
    EXPECT_EQ(read_datagram_answer("Hello, " + question(number) + "!"), number);
  }
}

TEST(DatagramExchange, NoOtherBytesAreTheAnswerToAQuestion) {
  const std::string answer = "Hello, 00000000000000a7!";
  ASSERT_EQ(answer.size(), kDatagramAnswerBytes);
  ASSERT_TRUE(read_datagram_answer(answer).has_value());
  for (std::size_t length = 0; length < answer.size(); ++length) {
    EXPECT_FALSE(read_datagram_answer(answer.substr(0, length))) << length;
  }
  EXPECT_FALSE(read_datagram_answer(answer + "\n"));
  EXPECT_FALSE(read_datagram_answer("Hello, 00000000000000A7!"));  // not as it was asked
  for (std::size_t i = 0; i < answer.size(); ++i) {
    std::string wrong = answer;
    wrong[i] = static_cast<char>(wrong[i] ^ 1);
    // A changed digit names another question, which the ledger knows; never this one.
    EXPECT_NE(read_datagram_answer(wrong), 0xa7U) << i;
  }
}

}  // namespace
}  // namespace halo::bench
