// Idle and message timeouts, by a clock that the test moves.

#include <string>

#include <gtest/gtest.h>

#include "reactor/connection.hpp"
#include "reactor/error.hpp"
#include "tests/reactor/recorder.hpp"

namespace halo {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class ConnectionTimeout : public test::ConnectionFixture {
 protected:
  void receive(std::string_view bytes) {
    const int before = recorder_.data_calls;
    test::write_all(pair_.peer.get(), bytes);
    ASSERT_TRUE(until([&] { return recorder_.data_calls > before; }));
  }
  // Consumes whole lines and leaves the rest of one.
  void take_lines() {
    recorder_.on_bytes = [](Connection&, std::string_view unread) -> std::size_t {
      return unread.find_last_of('\n') + 1;  // npos + 1 is zero
    };
  }
  void expect_closed(Errc why) {
    EXPECT_EQ(recorder_.closes, 1);
    EXPECT_EQ(recorder_.why, why) << recorder_.why.message();
  }
};

HALO_ON_EVERY_POLLER(ConnectionTimeout);

TEST_P(ConnectionTimeout, WithoutATimeoutAConnectionIsIdleForEver) {
  adopt();
  advance(hours(10'000));
  EXPECT_EQ(recorder_.closes, 0);
}

TEST_P(ConnectionTimeout, IdleConnectionClosesAtItsTimeoutAndNotBefore) {
  options_.idle_timeout = seconds(10);
  adopt();
  advance(seconds(10) - Duration(1));
  EXPECT_EQ(recorder_.closes, 0);
  advance(Duration(1));
  expect_closed(Errc::kIdleTimeout);
}

TEST_P(ConnectionTimeout, InputPutsTheIdleTimeoutOff) {
  options_.idle_timeout = seconds(10);
  adopt();
  for (int i = 0; i < 5; ++i) {
    advance(seconds(9));
    receive("x");
  }
  advance(seconds(9));
  EXPECT_EQ(recorder_.closes, 0);
  advance(seconds(1));
  expect_closed(Errc::kIdleTimeout);
}

TEST_P(ConnectionTimeout, OutputPutsTheIdleTimeoutOff) {
  options_.idle_timeout = seconds(10);
  Connection& connection = adopt();
  for (int i = 0; i < 5; ++i) {
    advance(seconds(9));
    connection.send("x");
    settle();
  }
  advance(seconds(9));
  EXPECT_EQ(recorder_.closes, 0);
  advance(seconds(1));
  expect_closed(Errc::kIdleTimeout);
}

TEST_P(ConnectionTimeout, PeerThatDoesNotReadIsIdleEvenThoughWeSend) {
  options_.idle_timeout = seconds(10);
  pair_ = test::unix_pair();  // TCP's buffers may grow to take it all
  Connection& connection = adopt();
  connection.send(std::string(3'000'000, 'x'));
  turn();    // sends
  settle();  // and again, over a stream that takes little at once
  ASSERT_GT(connection.unsent_bytes(), 0U);
  for (int i = 0; i < 9; ++i) {
    advance(seconds(1));
    connection.send("x");  // adds to the heap, moves nothing
    settle();
  }
  EXPECT_EQ(recorder_.closes, 0);
  advance(seconds(1));
  expect_closed(Errc::kIdleTimeout);
}

TEST_P(ConnectionTimeout, TimeInWhichTheHandlerHasPausedIsNotIdle) {
  // The peer waits for an answer that a worker computes: it cannot do anything about it.
  options_.idle_timeout = seconds(10);
  options_.message_timeout = seconds(10);
  recorder_.on_bytes = [](Connection& c, std::string_view unread) {
    c.pause_reading();
    return unread.size() - 1;  // a begun message is left
  };
  Connection& connection = adopt();
  receive("request and more");
  advance(hours(1));
  EXPECT_EQ(recorder_.closes, 0);
  recorder_.on_bytes = nullptr;
  connection.send("answer");
  connection.resume_reading();
  settle();
  advance(seconds(10) - Duration(1));
  EXPECT_EQ(recorder_.closes, 0) << "counted from the answer";
  advance(Duration(1));
  expect_closed(Errc::kIdleTimeout);
}

TEST_P(ConnectionTimeout, IdleTimeoutMayBeReplacedAndSwitchedOff) {
  options_.idle_timeout = seconds(10);
  Connection& connection = adopt();
  connection.set_idle_timeout(seconds(100));
  advance(seconds(99));
  EXPECT_EQ(recorder_.closes, 0);
  connection.set_idle_timeout(Duration::zero());
  advance(hours(100));
  EXPECT_EQ(recorder_.closes, 0);
  connection.set_idle_timeout(seconds(3));
  advance(seconds(3) - Duration(1));
  EXPECT_EQ(recorder_.closes, 0);
  advance(Duration(1));
  expect_closed(Errc::kIdleTimeout);
}

TEST_P(ConnectionTimeout, ShorterIdleTimeoutCountsFromNow) {
  options_.idle_timeout = hours(1);
  Connection& connection = adopt();
  connection.set_idle_timeout(seconds(1));
  advance(seconds(1));
  expect_closed(Errc::kIdleTimeout);
}

TEST_P(ConnectionTimeout, LongestTimeoutDoesNotOverflow) {
  options_.idle_timeout = Duration::max();
  options_.message_timeout = Duration::max();
  options_.linger_timeout = Duration::max();
  options_.flush_timeout = Duration::max();
  take_lines();
  Connection& connection = adopt();
  receive("half");
  advance(hours(24 * 365));
  EXPECT_EQ(recorder_.closes, 0);
  connection.close(CloseMode::kFlush);
  advance(hours(24 * 365));
  EXPECT_TRUE(connection.lingering());
}

TEST_P(ConnectionTimeout, MessageMustBeCompleteInTimeHoweverItTrickles) {
  options_.message_timeout = seconds(10);
  options_.idle_timeout = seconds(5);
  take_lines();
  adopt();
  receive("G");
  for (int i = 0; i < 9; ++i) {
    advance(seconds(1));
    receive("x");
  }
  EXPECT_EQ(recorder_.closes, 0);
  advance(seconds(1) - Duration(1));
  EXPECT_EQ(recorder_.closes, 0);
  advance(Duration(1));
  expect_closed(Errc::kMessageTimeout);
}

TEST_P(ConnectionTimeout, MessageTimeoutBeginsWithTheFirstByte) {
  options_.message_timeout = seconds(10);
  take_lines();
  adopt();
  advance(hours(1));  // no message is begun
  receive("G");
  advance(seconds(10) - Duration(1));
  EXPECT_EQ(recorder_.closes, 0);
  advance(Duration(1));
  expect_closed(Errc::kMessageTimeout);
}

TEST_P(ConnectionTimeout, CompleteMessageEndsItsTimeout) {
  options_.message_timeout = seconds(10);
  take_lines();
  adopt();
  receive("a");
  advance(seconds(9));
  receive("b\n");
  EXPECT_EQ(recorder_.data, "ab\n");
  advance(hours(1));
  EXPECT_EQ(recorder_.closes, 0);
}

TEST_P(ConnectionTimeout, NextMessageHasATimeoutOfItsOwn) {
  options_.message_timeout = seconds(10);
  take_lines();
  adopt();
  receive("a");
  advance(seconds(9));
  receive("a\nb");
  advance(seconds(9));
  EXPECT_EQ(recorder_.closes, 0);
  advance(seconds(1));
  expect_closed(Errc::kMessageTimeout);
}

TEST_P(ConnectionTimeout, EarlierOfBothTimeoutsCounts) {
  options_.message_timeout = seconds(10);
  options_.idle_timeout = seconds(3);
  take_lines();
  adopt();
  receive("a");
  advance(seconds(3));
  expect_closed(Errc::kIdleTimeout);
}

TEST_P(ConnectionTimeout, EndOfInputEndsTheMessageTimeout) {
  options_.message_timeout = seconds(10);
  take_lines();
  recorder_.end = [](Connection&) {};  // a worker has it
  adopt();
  receive("half");
  test::shutdown_write(pair_.peer.get());
  ASSERT_TRUE(until([&] { return recorder_.ends == 1; }));
  advance(hours(1));
  EXPECT_EQ(recorder_.closes, 0);
}

TEST_P(ConnectionTimeout, ClosedConnectionLeavesNoTimerBehind) {
  options_.idle_timeout = seconds(10);
  Connection& connection = adopt();
  connection.close(CloseMode::kReset);
  settle();
  EXPECT_EQ(recorder_.closes, 1);
  clock_.advance(hours(1));
  EXPECT_EQ(turn(), 0U);
}

}  // namespace
}  // namespace halo
