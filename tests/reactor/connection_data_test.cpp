// What arrives, and what is sent while the peer keeps up: contracts C1, C2, C5 and C6.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/connection.hpp"
#include "reactor/error.hpp"
#include "reactor/limits.hpp"
#include "tests/reactor/recorder.hpp"
#include "tests/support/seed.hpp"

namespace halo {
namespace {

using test::Recorder;
using test::SocketPair;

class ConnectionData : public test::ConnectionFixture {};
HALO_ON_EVERY_POLLER(ConnectionData);

TEST_P(ConnectionData, CallbacksComeInTheirOrder) {
  adopt();
  EXPECT_EQ(recorder_.opens, 1) << "at once";
  test::write_all(pair_.peer.get(), "hello");
  ASSERT_TRUE(until([&] { return recorder_.data == "hello"; }));
  pair_.peer.reset();
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_EQ(recorder_.ends, 1);
  EXPECT_FALSE(recorder_.why) << recorder_.why.message();
  EXPECT_TRUE(recorder_.destroyed);
  EXPECT_EQ(table_->size(), 0U);
  EXPECT_EQ(turn(), 0U);
}

TEST_P(ConnectionData, WelcomeIsSentFromOnOpenRightAway) {
  recorder_.open = [](Connection& c) { c.send("welcome"); };
  adopt();
  ASSERT_TRUE(test::wait_readable(pair_.peer.get()));
  EXPECT_EQ(test::read_available(pair_.peer.get()).bytes, "welcome");
}

TEST_P(ConnectionData, UnconsumedBytesComeAgainWithMoreBehind) {
  std::vector<std::string> seen;
  recorder_.on_bytes = [&](Connection&, std::string_view unread) -> std::size_t {
    seen.emplace_back(unread);
    return unread.find('\n') == std::string_view::npos ? 0 : unread.find('\n') + 1;
  };
  adopt();
  for (const char* piece : {"ab", "cd", "e\nf", "g\n"}) {
    const std::size_t before = seen.size();
    test::write_all(pair_.peer.get(), piece);
    ASSERT_TRUE(until([&] { return seen.size() > before; }));
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"ab", "abcd", "abcde\nf", "fg\n"}));
  EXPECT_EQ(recorder_.data, "abcde\nfg\n");
}

TEST_P(ConnectionData, LeftBytesAreNotOfferedAgainWithoutNewOnes) {
  recorder_.on_bytes = [](Connection&, std::string_view) -> std::size_t { return 0; };
  adopt();
  test::write_all(pair_.peer.get(), "half a message");
  ASSERT_TRUE(until([&] { return recorder_.data_calls == 1; }));
  EXPECT_EQ(turn(), 0U) << "an idle loop sleeps";
  EXPECT_EQ(recorder_.data_calls, 1);
}

TEST_P(ConnectionData, EndIsToldWhatWasLeft) {
  recorder_.on_bytes = [](Connection&, std::string_view) -> std::size_t { return 2; };
  adopt();
  test::write_all(pair_.peer.get(), "abcde");
  test::shutdown_write(pair_.peer.get());
  ASSERT_TRUE(until([&] { return recorder_.ends == 1; }));
  EXPECT_EQ(recorder_.data + recorder_.at_end, "abcde");
}

TEST_P(ConnectionData, OneEventReadsABoundedAmount) {
  std::size_t largest = 0;
  recorder_.on_bytes = [&](Connection&, std::string_view unread) {
    largest = std::max(largest, unread.size());
    return unread.size();
  };
  adopt();
  const std::string sent = test::pattern(1'000'000);
  std::size_t written = 0;
  ASSERT_TRUE(until([&] {
    written += test::write_available(pair_.peer.get(), std::string_view(sent).substr(written));
    return recorder_.data.size() == sent.size();
  }));
  EXPECT_LE(largest, limits::kReadBytesMax);
  EXPECT_TRUE(recorder_.data == sent);
}

TEST_P(ConnectionData, InputThatIsNotConsumedClosesAtTheBound) {
  options_.unread_bytes_max = 10'000;
  recorder_.on_bytes = [](Connection&, std::string_view) -> std::size_t { return 0; };
  adopt();
  test::write_all(pair_.peer.get(), std::string(10'000, 'x'));
  ASSERT_TRUE(until([&] { return recorder_.data_calls > 0; }));
  settle();
  EXPECT_TRUE(recorder_.open_now()) << "the bound itself is allowed";
  test::write_all(pair_.peer.get(), "x");
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_EQ(recorder_.why, Errc::kInputOverflow);
}

TEST_P(ConnectionData, PausedConnectionTakesNothingUntilItIsResumed) {
  Connection& connection = adopt();
  connection.pause_reading();
  EXPECT_FALSE(connection.reading());
  test::write_all(pair_.peer.get(), "hello");
  for (int i = 0; i < 3; ++i) {
    turn();
  }
  EXPECT_EQ(recorder_.data_calls, 0);
  EXPECT_EQ(turn(), 0U) << "a paused connection does not spin";
  connection.resume_reading();
  EXPECT_TRUE(connection.reading());
  ASSERT_TRUE(until([&] { return recorder_.data == "hello"; }));
}

TEST_P(ConnectionData, MessagesLeftByAPausedHandlerComeAgainOnResume) {
  // One request at a time, as a handler does that waits for a worker. No new byte arrives.
  recorder_.on_bytes = [](Connection& c, std::string_view) -> std::size_t {
    c.pause_reading();
    return 1;
  };
  Connection& connection = adopt();
  test::write_all(pair_.peer.get(), "abc");
  ASSERT_TRUE(until([&] { return recorder_.data == "a"; }));
  settle();
  EXPECT_EQ(recorder_.data, "a");
  for (const char* expected : {"ab", "abc"}) {
    connection.resume_reading();
    settle();
    EXPECT_EQ(recorder_.data, expected);
  }
  connection.resume_reading();
  settle();
  EXPECT_EQ(recorder_.data_calls, 3) << "nothing was left";
}

TEST_P(ConnectionData, ResumeInsideOnDataDeliversTheRestAfterwards) {
  recorder_.on_bytes = [](Connection& c, std::string_view) -> std::size_t {
    c.pause_reading();
    c.resume_reading();
    return 1;
  };
  adopt();
  test::write_all(pair_.peer.get(), "abcdef");
  ASSERT_TRUE(until([&] { return recorder_.data == "abcdef"; }));
  EXPECT_EQ(recorder_.data_calls, 6);
}

TEST_P(ConnectionData, PauseThatComesAfterTheEndChangesNothing) {
  recorder_.end = [](Connection& c) {
    c.pause_reading();
    c.resume_reading();
    EXPECT_FALSE(c.reading());
    c.close(CloseMode::kFlush);
  };
  adopt();
  test::shutdown_write(pair_.peer.get());
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_EQ(recorder_.data_calls, 0);
}

TEST_P(ConnectionData, SentOutsideAnEventLeavesAtTheEndOfTheIteration) {
  Connection& connection = adopt();
  connection.send("one ");
  connection.send("two ");
  EXPECT_EQ(test::read_available(pair_.peer.get()).bytes, "");
  loop_->post([&] { connection.send("three"); });
  turn();
  ASSERT_TRUE(test::wait_readable(pair_.peer.get()));
  EXPECT_EQ(test::read_available(pair_.peer.get()).bytes, "one two three");
}

TEST_P(ConnectionData, SentByAnotherConnectionsEventLeavesInTheSameIteration) {
  Recorder second;
  SocketPair second_pair = test::tcp_pair();
  Connection& other = adopt(second_pair, second);
  recorder_.on_bytes = [&](Connection& c, std::string_view unread) {
    other.send(unread);
    c.send("mine");
    return unread.size();
  };
  adopt();
  test::write_all(pair_.peer.get(), "hello");
  ASSERT_TRUE(until([&] { return recorder_.data_calls == 1; }));
  ASSERT_TRUE(test::wait_readable(second_pair.peer.get()));
  EXPECT_EQ(test::read_available(second_pair.peer.get()).bytes, "hello");
  EXPECT_EQ(test::read_available(pair_.peer.get()).bytes, "mine");
  table_.reset();  // before the second recorder
}

TEST_P(ConnectionData, UnsentBytesCountWhatIsGathered) {
  std::size_t counted = 0;
  recorder_.open = [&](Connection& c) {
    EXPECT_EQ(c.unsent_bytes(), 0U);
    c.send("12345");
    counted = c.unsent_bytes();
  };
  Connection& connection = adopt();
  EXPECT_EQ(counted, 5U);
  EXPECT_EQ(connection.unsent_bytes(), 0U) << "the kernel has it";
}

TEST_P(ConnectionData, IdFindsTheConnectionUntilItCloses) {
  Connection& connection = adopt();
  const ConnectionId id = connection.id();
  EXPECT_EQ(Connection::find(*loop_, id), &connection);
  EXPECT_EQ(connection.peer_endpoint().value(), test::local_endpoint_of(pair_.peer.get()));
  EXPECT_EQ(connection.local_endpoint().value().family(), Endpoint::Family::kIpv4);
  EXPECT_EQ(&connection.loop(), loop_.get());
  connection.close(CloseMode::kReset);
  EXPECT_EQ(Connection::find(*loop_, id), nullptr);
  turn();
  EXPECT_EQ(Connection::find(*loop_, id), nullptr);
  EXPECT_EQ(Connection::find(*loop_, {}), nullptr);
}

TEST_P(ConnectionData, EveryByteArrivesOnceForRandomSizesAndSplits) {
  test::Random random(test::seed());
  for (const bool tcp : {true, false}) {
    SocketPair pair = tcp ? test::tcp_pair() : test::unix_pair();
    if (!tcp && random.one_in(2)) {  // a TCP window that small makes the kernel wait for timers
      test::make_buffers_small(pair.ours.get());
      test::make_buffers_small(pair.peer.get());
    }
    // An echo that consumes and answers in pieces of random sizes, now and then after a pause.
    Recorder recorder;
    recorder.on_bytes = [&](Connection& c, std::string_view unread) -> std::size_t {
      const std::size_t take = 1 + random.below(unread.size());
      c.send(unread.substr(0, take));
      if (take < unread.size()) {  // the rest comes again
        c.pause_reading();
        const ConnectionId id = c.id();
        loop_->post([this, id] {
          if (Connection* const later = Connection::find(*loop_, id)) {
            later->resume_reading();
          }
        });
      }
      return take;
    };
    adopt(pair, recorder);
    const std::string sent = test::pattern(3'000'000);
    std::string received;
    std::size_t written = 0;
    bool ended = false;
    ASSERT_TRUE(until([&] {
      if (written < sent.size()) {
        written += test::write_available(
            pair.peer.get(), std::string_view(sent).substr(written, 1 + random.below(200'000)));
        if (written == sent.size()) {
          test::shutdown_write(pair.peer.get());
        }
      }
      ended = test::read_into(pair.peer.get(), received, 1 + random.below(200'000));
      return ended;
    })) << received.size();
    EXPECT_TRUE(received == sent);
    EXPECT_TRUE(recorder.data == sent);
    pair.peer.reset();
    EXPECT_TRUE(until([&] { return recorder.closes == 1; }));
    EXPECT_FALSE(recorder.why) << recorder.why.message();
  }
}

class ConnectionDataDeathTest : public ConnectionData {
 protected:
  // A child that is forked and no more has no kqueue, see kqueue(2); this one makes its own loop.
  ConnectionDataDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

HALO_ON_EVERY_POLLER(ConnectionDataDeathTest);

TEST_P(ConnectionDataDeathTest, ConsumptionOfMoreThanWasGivenAborts) {
  recorder_.on_bytes = [](Connection&, std::string_view unread) { return unread.size() + 1; };
  adopt();
  test::write_all(pair_.peer.get(), "x");
  EXPECT_DEATH(static_cast<void>(until([&] { return recorder_.data_calls > 0; })), "at most");
}

}  // namespace
}  // namespace halo
