// A stream that takes its time to open, as a handshake does.

#include <string>

#include <gtest/gtest.h>

#include "reactor/connection.hpp"
#include "reactor/error.hpp"
#include "tests/reactor/recorder.hpp"
#include "tests/reactor/scripted_stream.hpp"

namespace halo {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class ConnectionStreamOpen : public test::ConnectionFixture {
 protected:
  ConnectionStreamOpen() {
    recorder_.may_never_open = true;
    script_.open = [this] { return may_open_ ? std::error_code{} : test::would_block(); };
  }
  ~ConnectionStreamOpen() override { table_.reset(); }  // before the script

  Connection& adopt() { return ConnectionFixture::adopt(pair_, recorder_, script_.make_stream()); }

  // Lets it open, and makes its readiness happen.
  void let_open() {
    may_open_ = true;
    test::write_all(pair_.peer.get(), "!");
    recorder_.on_bytes = [](Connection&, std::string_view unread) { return unread.size(); };
    ASSERT_TRUE(until([&] { return recorder_.opens + recorder_.closes > 0; }));
  }

  void expect_closed_unopened(std::error_code why) {
    EXPECT_EQ(recorder_.opens, 0);
    EXPECT_EQ(recorder_.closes, 1);
    EXPECT_EQ(recorder_.why, why) << recorder_.why.message();
    EXPECT_TRUE(script_.destroyed);
    EXPECT_EQ(table_->size(), 0U);
  }

  test::StreamScript script_;
  bool may_open_ = false;
};

HALO_ON_EVERY_POLLER(ConnectionStreamOpen);

TEST_P(ConnectionStreamOpen, OnOpenComesWhenTheStreamHasOpened) {
  recorder_.open = [](Connection& c) { c.send("welcome"); };
  Connection& connection = adopt();
  EXPECT_EQ(script_.opens, 1) << "the first step is made at once";
  EXPECT_NE(script_.fd, -1);
  settle();
  EXPECT_EQ(turn(), 0U) << "waiting for the peer does not spin";
  EXPECT_EQ(recorder_.opens, 0);
  EXPECT_FALSE(connection.closing());
  EXPECT_FALSE(connection.reading());
  let_open();
  EXPECT_EQ(recorder_.opens, 1);
  EXPECT_TRUE(connection.reading());
  EXPECT_EQ(test::read_available(pair_.peer.get()).bytes, "welcome");
  ASSERT_TRUE(until([&] { return recorder_.data == "!"; }));
}

TEST_P(ConnectionStreamOpen, StreamThatOpensAtOnceIsToldAtOnce) {
  may_open_ = true;
  recorder_.open = [&](Connection& c) { EXPECT_NE(c.stream(), nullptr); };
  adopt();
  EXPECT_EQ(recorder_.opens, 1);
}

TEST_P(ConnectionStreamOpen, MayWaitForWritability) {
  script_.read_waits_for = Interest::kWritable;
  int steps = 0;
  script_.open = [&] {
    script_.read_waits_for = ++steps < 3 ? Interest::kWritable : Interest::kReadable;
    return steps < 4 ? test::would_block() : std::error_code{};
  };
  adopt();
  ASSERT_TRUE(until([&] { return steps == 3; }));
  settle();
  EXPECT_EQ(turn(), 0U);
  EXPECT_EQ(steps, 3) << "then for readability alone";
  test::write_all(pair_.peer.get(), "!");
  ASSERT_TRUE(until([&] { return recorder_.opens == 1; }));
}

TEST_P(ConnectionStreamOpen, ReadAheadMeanwhileIsDeliveredRightAfterwards) {
  adopt();
  may_open_ = true;
  const int reads = script_.reads;
  script_.open = [&] {
    script_.ahead = "early";
    return std::error_code{};
  };
  test::write_all(pair_.peer.get(), "!");
  ASSERT_TRUE(until([&] { return recorder_.data == "early!"; }));
  EXPECT_EQ(script_.reads, reads + 2);
}

TEST_P(ConnectionStreamOpen, FailureArrivesAsOnCloseAlone) {
  adopt();
  script_.open = [] { return make_error_code(std::errc::protocol_error); };
  test::write_all(pair_.peer.get(), "!");
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  settle();
  expect_closed_unopened(make_error_code(std::errc::protocol_error));
}

TEST_P(ConnectionStreamOpen, FailureAtTheFirstStepArrivesLaterToo) {
  script_.open = [] { return make_error_code(std::errc::protocol_error); };
  script_.failure = "in words";
  std::string words;
  recorder_.close = [&](Connection& c) { words = c.stream()->failure(); };
  adopt();
  EXPECT_EQ(recorder_.closes, 0) << "not inside of adopt";
  settle();
  expect_closed_unopened(make_error_code(std::errc::protocol_error));
  EXPECT_EQ(words, "in words");
}

TEST_P(ConnectionStreamOpen, SentBeforeWaitsAndGoesFirst) {
  recorder_.open = [](Connection& c) { c.send("second"); };
  Connection& connection = adopt();
  connection.send("first ");
  settle();
  EXPECT_EQ(script_.writes, 0);
  EXPECT_EQ(connection.unsent_bytes(), 6U);
  EXPECT_EQ(turn(), 0U) << "what has to wait does not spin";
  let_open();
  settle();
  EXPECT_EQ(test::read_available(pair_.peer.get()).bytes, "first second");
  EXPECT_EQ(connection.unsent_bytes(), 0U);
}

TEST_P(ConnectionStreamOpen, TooMuchSentBeforeClosesTheConnection) {
  options_.unsent_bytes_max = 100;
  adopt().send(std::string(101, 'x'));
  settle();
  expect_closed_unopened(Errc::kOutputOverflow);
}

TEST_P(ConnectionStreamOpen, FlushOfWhatWasSentBeforeWaitsForTheStream) {
  Connection& connection = adopt();
  connection.send("last words");
  connection.close(CloseMode::kFlush);
  EXPECT_TRUE(connection.closing());
  connection.send("never");
  settle();
  EXPECT_EQ(recorder_.closes, 0);
  may_open_ = true;
  test::write_all(pair_.peer.get(), "!");
  EXPECT_EQ(read_all_at(pair_.peer.get()).bytes, "last words");
  EXPECT_EQ(script_.finishes, 1);
  pair_.peer.reset();
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  expect_closed_unopened({});
}

TEST_P(ConnectionStreamOpen, FlushOfNothingClosesAtOnce) {
  adopt().close(CloseMode::kFlush);
  settle();
  expect_closed_unopened({});
  EXPECT_EQ(script_.finishes, 0) << "what never opened has no end to announce";
  EXPECT_TRUE(read_all_at(pair_.peer.get()).ended);
}

TEST_P(ConnectionStreamOpen, ResetClosesAtOnce) {
  adopt().close(CloseMode::kReset);
  settle();
  expect_closed_unopened({});
}

TEST_P(ConnectionStreamOpen, DrainDoesNotWaitForAPeerThatHasAskedNothing) {
  adopt().drain();
  settle();
  expect_closed_unopened({});
}

TEST_P(ConnectionStreamOpen, DrainAnswersWhatCameWithTheLastStep) {
  recorder_.on_bytes = [](Connection& c, std::string_view unread) {
    c.send("answer");
    return unread.size();
  };
  Connection& connection = adopt();
  test::write_all(pair_.peer.get(), "question");
  may_open_ = true;
  connection.drain();
  EXPECT_EQ(read_all_at(pair_.peer.get()).bytes, "answer");
}

TEST_P(ConnectionStreamOpen, PauseDoesNotHoldItUp) {
  Connection& connection = adopt();
  connection.pause_reading();
  let_open();
  EXPECT_EQ(recorder_.opens, 1);
  settle();
  EXPECT_EQ(recorder_.data, "");
  connection.resume_reading();
  ASSERT_TRUE(until([&] { return recorder_.data == "!"; }));
}

TEST_P(ConnectionStreamOpen, TakesNoLongerThanTheHandshakeTimeoutHoweverItTrickles) {
  options_.handshake_timeout = seconds(10);
  Connection& connection = adopt();
  script_.open = [&] {
    char byte = 0;
    (void)test::read_available(script_.fd);
    return byte == 0 ? test::would_block() : std::error_code{};
  };
  for (int i = 0; i < 9; ++i) {
    advance(seconds(1));
    test::write_all(pair_.peer.get(), "x");
    settle();
  }
  connection.pause_reading();
  connection.resume_reading();  // is no way to begin anew
  advance(seconds(1) - Duration(1));
  EXPECT_EQ(recorder_.closes, 0);
  advance(Duration(1));
  expect_closed_unopened(Errc::kHandshakeTimeout);
}

TEST_P(ConnectionStreamOpen, IdleTimeoutCountsMeanwhile) {
  options_.handshake_timeout = seconds(10);
  options_.idle_timeout = seconds(3);
  adopt();
  advance(seconds(3) - Duration(1));
  EXPECT_EQ(recorder_.closes, 0);
  advance(Duration(1));
  expect_closed_unopened(Errc::kIdleTimeout);
}

TEST_P(ConnectionStreamOpen, FlushTimeoutCountsMeanwhile) {
  options_.handshake_timeout = Duration::zero();
  options_.flush_timeout = seconds(5);
  Connection& connection = adopt();
  connection.send("never");
  connection.close(CloseMode::kFlush);
  settle();
  advance(seconds(5) - Duration(1));
  EXPECT_EQ(recorder_.closes, 0);
  advance(Duration(1));
  expect_closed_unopened(Errc::kIdleTimeout);
}

TEST_P(ConnectionStreamOpen, HandshakeTimeoutCountsWhileClosing) {
  options_.handshake_timeout = seconds(10);
  options_.flush_timeout = Duration::zero();
  Connection& connection = adopt();
  connection.send("never");
  connection.close(CloseMode::kFlush);
  advance(seconds(10));
  expect_closed_unopened(Errc::kHandshakeTimeout);
}

TEST_P(ConnectionStreamOpen, TimeoutOfZeroMeansNoTimeout) {
  options_.handshake_timeout = Duration::zero();
  adopt();
  advance(hours(1000));
  EXPECT_EQ(recorder_.closes, 0);
  let_open();
  EXPECT_EQ(recorder_.opens, 1);
}

TEST_P(ConnectionStreamOpen, HandshakeTimeoutEndsWithTheHandshake) {
  options_.handshake_timeout = seconds(10);
  adopt();
  advance(seconds(9));
  let_open();
  advance(hours(1000));
  EXPECT_EQ(recorder_.closes, 0);
}

TEST_P(ConnectionStreamOpen, TableThatGoesResetsWhatHasNotOpened) {
  adopt();
  table_.reset();
  EXPECT_EQ(recorder_.opens, 0);
  EXPECT_EQ(recorder_.closes, 1);
  EXPECT_TRUE(script_.destroyed);
}

TEST_P(ConnectionStreamOpen, ExceptionOutOfOnOpenResets) {
  adopt();
  recorder_.open = [](Connection&) { throw std::runtime_error("out of on_open"); };
  may_open_ = true;
  test::write_all(pair_.peer.get(), "!");
  EXPECT_THROW((void)until([] { return false; }), std::runtime_error);
  settle();
  EXPECT_EQ(recorder_.why, Errc::kHandlerThrew);
  EXPECT_TRUE(script_.destroyed);
}

}  // namespace
}  // namespace halo
