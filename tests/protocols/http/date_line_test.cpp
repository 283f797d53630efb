#include "protocols/http/internal/date_line.hpp"

#include <chrono>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "protocols/http/internal/head_start.hpp"
#include "tests/support/simulated_clock.hpp"

namespace halo::http {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::system_clock::time_point kWall{784'111'777s};

TEST(DateLine, IsTheTimeOfDayInHttpsForm) {
  const test::SimulatedClock clock;
  DateLine line;
  line.make(clock.now(), kWall);
  EXPECT_EQ(line.at(clock.now()), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
}

TEST(DateLine, HoldsUntilItsSecondIsOver) {
  test::SimulatedClock clock;
  DateLine line;
  EXPECT_FALSE(line.holds_at(clock.now()));
  line.make(clock.now(), kWall + 250ms);
  clock.advance(750ms - 1ns);
  EXPECT_TRUE(line.holds_at(clock.now()));
  EXPECT_EQ(line.at(clock.now()), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  clock.advance(1ns);
  EXPECT_FALSE(line.holds_at(clock.now()));
  EXPECT_EQ(line.at(clock.now()).size(), 37U);  // by the system's clock, which says another year
  EXPECT_EQ(line.at(clock.now()).find("1994"), std::string_view::npos);
}

TEST(HeadStart, IsMadeAnewForAnotherStatusTypeOrSecond) {
  test::SimulatedClock clock;
  HeadStart heads;
  const std::string first(heads.at(clock.now(), 200, "a/b"));
  EXPECT_TRUE(first.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << first;
  EXPECT_TRUE(first.ends_with(" GMT\r\nContent-Type: a/b\r\n")) << first;
  const char* const kept = heads.at(clock.now(), 200, "a/b").data();
  EXPECT_EQ(heads.at(clock.now(), 200, "a/b").data(), kept);
  EXPECT_TRUE(heads.at(clock.now(), 404, "a/b").starts_with("HTTP/1.1 404 Not Found\r\nDate: "));
  EXPECT_TRUE(heads.at(clock.now(), 404, "c/d").ends_with("\r\nContent-Type: c/d\r\n"));
  EXPECT_TRUE(heads.at(clock.now(), 404, "").ends_with(" GMT\r\n"));
  heads.date().make(clock.now(), kWall);
  EXPECT_NE(heads.at(clock.now(), 200, "").find("06 Nov 1994"), std::string_view::npos);
  clock.advance(1s);
  EXPECT_EQ(heads.at(clock.now(), 200, "").find("06 Nov 1994"), std::string_view::npos);
}

}  // namespace
}  // namespace halo::http
