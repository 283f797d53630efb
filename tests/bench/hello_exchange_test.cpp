#include "bench/hello_exchange.hpp"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace halo::bench {
namespace {

std::string question(std::uint32_t connection, std::uint32_t number) {
  std::array<char, kQuestionBytes> room;
  write_question(connection, number, room);
  return {room.data(), room.size()};
}

TEST(HelloExchange, AQuestionNamesItsConnectionAndItsNumber) {
  EXPECT_EQ(question(42, 7), "0000002a-00000007\n");
  EXPECT_EQ(question(0xfedcba98, 0x01234567), "fedcba98-01234567\n");
}

TEST(HelloExchange, ItsAnswerAndEachBeginningOfItMatch) {
  const std::string answer = "Hello, 0000002a-00000007!\n";
  ASSERT_EQ(answer.size(), kAnswerBytes);
  for (std::size_t length = 0; length <= answer.size(); ++length) {
    EXPECT_TRUE(answer_matches(42, 7, answer.substr(0, length))) << length;
  }
}

TEST(HelloExchange, NoOtherBytesMatch) {
  const std::string answer = "Hello, 0000002a-00000007!\n";
  EXPECT_FALSE(answer_matches(42, 8, answer));
  EXPECT_FALSE(answer_matches(43, 7, answer));
  EXPECT_FALSE(answer_matches(42, 7, answer + "H"));
  for (std::size_t i = 0; i < answer.size(); ++i) {
    std::string wrong = answer;
    wrong[i] = static_cast<char>(wrong[i] ^ 1);
    EXPECT_FALSE(answer_matches(42, 7, wrong)) << i;
  }
}

}  // namespace
}  // namespace halo::bench
