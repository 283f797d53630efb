#include "bench/http_exchange.hpp"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace halo::bench {
namespace {

std::string answer_at(std::string_view date) {
  return "HTTP/1.1 200 OK\r\nDate: " + std::string(date) +
         "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 12\r\n\r\nHello, Bond!";
}

TEST(HttpExchange, ARequestIsTheSameForAll) {
  std::array<char, kHttpRequest.size()> room;
  kHttpExchange.write_question(42, 7, room);
  EXPECT_EQ(std::string_view(room.data(), room.size()),
            "GET /hello/Bond HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

TEST(HttpExchange, AnAnswerOfAnyDateAndEachBeginningOfItMatch) {
  for (const char* const date :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Mon, 31 Dec 2029 23:59:60 GMT"}) {
    const std::string answer = answer_at(date);
    ASSERT_EQ(answer.size(), kHttpExchange.answer_bytes);
    for (std::size_t length = 0; length <= answer.size(); ++length) {
      EXPECT_TRUE(kHttpExchange.answer_matches(42, 7, answer.substr(0, length))) << length;
    }
  }
}

TEST(HttpExchange, NoOtherBytesMatch) {
  const std::string answer = answer_at("Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_FALSE(kHttpExchange.answer_matches(0, 0, answer + "H"));
  const std::size_t date = answer.find("Sun");
  for (std::size_t i = 0; i < answer.size(); ++i) {
    std::string wrong = answer;
    wrong[i] = static_cast<char>(wrong[i] ^ 1);
    const bool in_date = i >= date && i < date + 29;
    EXPECT_EQ(kHttpExchange.answer_matches(0, 0, wrong), in_date) << i;
  }
}

}  // namespace
}  // namespace halo::bench
