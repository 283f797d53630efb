// A connection over a stream that says what a test wants: readiness that is not what it seems, what
// was read ahead, and a failure of each call.

#include <string>

#include <gtest/gtest.h>

#include "reactor/connection.hpp"
#include "reactor/error.hpp"
#include "tests/reactor/recorder.hpp"
#include "tests/reactor/scripted_stream.hpp"

namespace halo {
namespace {

using std::chrono::seconds;
using test::Received;

class ConnectionStream : public test::ConnectionFixture {
 protected:
  ~ConnectionStream() override { table_.reset(); }  // before the script

  Connection& adopt() { return ConnectionFixture::adopt(pair_, recorder_, script_.make_stream()); }

  // The event by which a test gets at the connection, without a byte for it.
  void post(std::function<void()> task) {
    loop_->post([task = std::move(task)] { task(); });
    turn();
  }

  test::StreamScript script_;
};

HALO_ON_EVERY_POLLER(ConnectionStream);

// ---- what was read ahead ----

TEST_P(ConnectionStream, ReadAheadIsDeliveredWithoutReadiness) {
  recorder_.on_bytes = [&](Connection&, std::string_view unread) {
    if (recorder_.data_calls == 1) {
      script_.ahead = "second, which the kernel does not report";
    }
    return unread.size();
  };
  adopt();
  test::write_all(pair_.peer.get(), "first ");
  ASSERT_TRUE(until([&] { return recorder_.data_calls == 2; }));
  EXPECT_EQ(recorder_.data, "first second, which the kernel does not report");
  settle();
  EXPECT_EQ(turn(), 0U) << "then it sleeps";
}

TEST_P(ConnectionStream, EachIterationReadsOnce) {
  adopt();
  script_.ahead = std::string(1'000'000, 'x');
  test::write_all(pair_.peer.get(), "!");
  ASSERT_TRUE(until([&] { return script_.reads > 0; }));
  const int reads = script_.reads;
  turn();
  EXPECT_LE(script_.reads, reads + 2) << "an event and a flush";
  ASSERT_TRUE(until([&] { return recorder_.data.size() == 1'000'001; }));
}

TEST_P(ConnectionStream, ReadAheadWaitsWhileReadingIsPaused) {
  recorder_.on_bytes = [&](Connection& c, std::string_view unread) {
    if (recorder_.data_calls == 1) {
      script_.ahead = "second";
      c.pause_reading();
    }
    return unread.size();
  };
  Connection& connection = adopt();
  test::write_all(pair_.peer.get(), "first ");
  ASSERT_TRUE(until([&] { return recorder_.data_calls == 1; }));
  settle();
  EXPECT_EQ(turn(), 0U) << "nor does it spin";
  EXPECT_EQ(recorder_.data, "first ");
  connection.resume_reading();
  ASSERT_TRUE(until([&] { return recorder_.data == "first second"; }));
}

TEST_P(ConnectionStream, ReadAheadComesBehindTheMessagesThatWereLeft) {
  recorder_.on_bytes = [&](Connection& c, std::string_view) -> std::size_t {
    if (recorder_.data_calls == 1) {
      script_.ahead = "de";
    }
    c.pause_reading();
    return 1;
  };
  Connection& connection = adopt();
  test::write_all(pair_.peer.get(), "abc");
  ASSERT_TRUE(until([&] { return recorder_.data == "a"; }));
  for (const char* expected : {"ab", "abc", "abcd", "abcde"}) {
    connection.resume_reading();
    settle();
    EXPECT_EQ(recorder_.data, expected);
  }
}

TEST_P(ConnectionStream, ReadAheadWaitsUntilASlowPeerHasTakenAll) {
  options_.unsent_high_mark_bytes = 1000;
  bool takes = false;
  script_.write = [&](std::span<const std::byte> bytes) {
    return takes ? Result<std::size_t>(bytes.size()) : test::would_block();
  };
  recorder_.on_bytes = [&](Connection& c, std::string_view unread) {
    if (recorder_.data_calls == 1) {
      script_.ahead = "second";
      c.send(std::string(2000, 'x'));
      script_.write_waits_for = Interest::kReadable;
    }
    return unread.size();
  };
  Connection& connection = adopt();
  test::write_all(pair_.peer.get(), "first ");
  ASSERT_TRUE(until([&] { return recorder_.data_calls == 1; }));
  settle();
  EXPECT_FALSE(connection.reading());
  EXPECT_EQ(recorder_.data, "first ");
  takes = true;
  test::write_all(pair_.peer.get(), "third");
  ASSERT_TRUE(until([&] { return recorder_.data == "first secondthird"; })) << recorder_.data;
  EXPECT_EQ(recorder_.drains, 1);
}

TEST_P(ConnectionStream, EndThatWasReadAheadIsAnEnd) {
  recorder_.on_bytes = [&](Connection&, std::string_view unread) {
    script_.has_input = true;
    script_.read = [](std::span<std::byte>) { return Result<std::size_t>(std::size_t{0}); };
    return unread.size();
  };
  adopt();
  test::write_all(pair_.peer.get(), "all");
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_EQ(recorder_.ends, 1);
  EXPECT_FALSE(recorder_.why);
  EXPECT_EQ(script_.finishes, 1);
}

TEST_P(ConnectionStream, CutOffInputIsAnErrorAndNoEnd) {
  recorder_.on_bytes = [&](Connection&, std::string_view unread) {
    script_.has_input = true;
    script_.read = [](std::span<std::byte>) { return Result<std::size_t>(Errc::kTruncated); };
    return unread.size();
  };
  adopt();
  test::write_all(pair_.peer.get(), "half of it");
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_EQ(recorder_.data, "half of it");
  EXPECT_EQ(recorder_.ends, 0);
  EXPECT_EQ(recorder_.why, Errc::kTruncated);
  EXPECT_EQ(script_.finishes, 0);
}

TEST_P(ConnectionStream, DrainAnswersWhatWasReadAhead) {
  recorder_.on_bytes = [](Connection& c, std::string_view unread) {
    c.send(unread);
    return unread.size();
  };
  Connection& connection = adopt();
  script_.ahead = "read ahead ";
  test::write_all(pair_.peer.get(), "in the kernel");
  connection.drain();
  EXPECT_EQ(read_all_at(pair_.peer.get()).bytes, "read ahead in the kernel");
}

// ---- readiness that is not what it seems ----

TEST_P(ConnectionStream, ReadMayWaitForWritability) {
  int blocked = 0;
  script_.read = [&](std::span<std::byte> room) -> Result<std::size_t> {
    if (++blocked == 1) {
      script_.read_waits_for = Interest::kWritable;
      return test::would_block();
    }
    script_.read_waits_for = Interest::kReadable;
    script_.read = nullptr;
    room[0] = std::byte{'x'};
    return std::size_t{1};
  };
  adopt();
  test::write_all(pair_.peer.get(), "!");
  ASSERT_TRUE(until([&] { return recorder_.data == "x!"; })) << recorder_.data;
  settle();
  EXPECT_EQ(turn(), 0U) << "a writable socket does not spin";
}

TEST_P(ConnectionStream, ReadThatWaitsForWritabilityAloneIsNotWokenByBytes) {
  // A socket that cannot take anything, and has something to say.
  pair_ = test::unix_pair();
  test::make_buffers_small(pair_.ours.get());
  const int ours = pair_.ours.get();
  adopt();
  while (test::write_available(ours, std::string(1000, 'x')) > 0) {
  }
  script_.read_waits_for = Interest::kWritable;
  script_.read = [](std::span<std::byte>) { return Result<std::size_t>(test::would_block()); };
  test::write_all(pair_.peer.get(), "!");
  settle();
  EXPECT_EQ(turn(), 0U) << "it spins";
  script_.read = nullptr;
  script_.read_waits_for = Interest::kReadable;
  (void)test::read_available(pair_.peer.get());
  ASSERT_TRUE(until([&] { return recorder_.data == "!"; }));
}

TEST_P(ConnectionStream, WriteMayWaitForReadability) {
  bool takes = false;
  script_.write_waits_for = Interest::kReadable;
  std::string taken;
  script_.write = [&](std::span<const std::byte> bytes) -> Result<std::size_t> {
    if (!takes) {
      return test::would_block();
    }
    taken += test::as_text(bytes);
    return bytes.size();
  };
  Connection& connection = adopt();
  connection.send("one ");
  settle();
  connection.send("two");
  settle();
  EXPECT_EQ(connection.unsent_bytes(), 7U);
  EXPECT_EQ(turn(), 0U) << "a writable socket does not spin";
  takes = true;
  settle();
  EXPECT_EQ(taken, "") << "writability is not what it waits for";
  test::write_all(pair_.peer.get(), "!");
  ASSERT_TRUE(until([&] { return connection.unsent_bytes() == 0; }));
  EXPECT_EQ(taken, "one two");
  EXPECT_EQ(recorder_.drains, 1) << "it had to wait";
  ASSERT_TRUE(until([&] { return recorder_.data == "!"; }));
}

TEST_P(ConnectionStream, WriteThatWaitsForReadabilityGoesOnWhilePaused) {
  bool takes = false;
  script_.write_waits_for = Interest::kReadable;
  script_.write = [&](std::span<const std::byte> bytes) {
    return takes ? Result<std::size_t>(bytes.size()) : test::would_block();
  };
  Connection& connection = adopt();
  connection.pause_reading();
  connection.send("x");
  settle();
  takes = true;
  test::write_all(pair_.peer.get(), "!");
  ASSERT_TRUE(until([&] { return connection.unsent_bytes() == 0; }));
  settle();
  EXPECT_EQ(turn(), 0U) << "unread input does not spin";
  EXPECT_EQ(recorder_.data_calls, 0);
}

TEST_P(ConnectionStream, ShortWritesSendEverythingInOrder) {
  script_.write = [&](std::span<const std::byte> bytes) {
    const std::size_t count = test::write_available(
        script_.fd, test::as_text(bytes.first(std::min<std::size_t>(bytes.size(), 1000))));
    return count > 0 ? Result<std::size_t>(count) : test::would_block();
  };
  Connection& connection = adopt();
  connection.send(test::pattern(500'000));
  connection.close(CloseMode::kFlush);
  const Received received = read_all_at(pair_.peer.get());
  EXPECT_TRUE(received.bytes == test::pattern(500'000)) << received.bytes.size();
  EXPECT_TRUE(received.ended);
}

// ---- the end ----

TEST_P(ConnectionStream, FinishComesAfterTheLastByteAndBeforeFin) {
  script_.finish = [&] {
    test::write_all(script_.fd, "|end");
    return std::error_code{};
  };
  Connection& connection = adopt();
  connection.send(std::string(300'000, 'x'));
  connection.close(CloseMode::kFlush);
  const Received received = read_all_at(pair_.peer.get());
  EXPECT_TRUE(received.bytes == std::string(300'000, 'x') + "|end") << received.bytes.size();
  EXPECT_TRUE(received.ended);
  EXPECT_TRUE(connection.lingering());
  const int reads = script_.reads;
  test::write_all(pair_.peer.get(), "dropped");
  pair_.peer.reset();
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_EQ(script_.finishes, 1);
  EXPECT_EQ(script_.reads, reads) << "what comes then is dropped unread";
}

TEST_P(ConnectionStream, FinishMayWait) {
  options_.flush_timeout = seconds(5);
  bool may = false;
  script_.write_waits_for = Interest::kReadable;
  script_.finish = [&] { return may ? std::error_code{} : test::would_block(); };
  Connection& connection = adopt();
  connection.close(CloseMode::kFlush);
  settle();
  EXPECT_FALSE(connection.lingering());
  EXPECT_EQ(turn(), 0U) << "it spins";
  may = true;
  test::write_all(pair_.peer.get(), "!");
  ASSERT_TRUE(until([&] { return connection.lingering(); }));
  pair_.peer.reset();
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_FALSE(recorder_.why);
}

TEST_P(ConnectionStream, FinishThatWaitsForEverIsCut) {
  options_.flush_timeout = seconds(5);
  script_.write_waits_for = Interest::kReadable;
  script_.finish = [] { return test::would_block(); };
  adopt().close(CloseMode::kFlush);
  settle();
  advance(seconds(5) - Duration(1));
  EXPECT_EQ(recorder_.closes, 0);
  advance(Duration(1));
  EXPECT_EQ(recorder_.closes, 1);
  EXPECT_EQ(recorder_.why, Errc::kIdleTimeout);
}

TEST_P(ConnectionStream, ResetDoesNotFinish) {
  adopt().close(CloseMode::kReset);
  settle();
  EXPECT_EQ(script_.finishes, 0);
  EXPECT_TRUE(script_.destroyed);
}

// ---- failures ----

TEST_P(ConnectionStream, FailureOfARead) {
  script_.read = [](std::span<std::byte>) {
    return Result<std::size_t>(make_error_code(std::errc::protocol_error));
  };
  adopt();
  test::write_all(pair_.peer.get(), "!");
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_EQ(recorder_.why, std::errc::protocol_error);
  EXPECT_EQ(script_.finishes, 0);
}

TEST_P(ConnectionStream, FailureOfAWrite) {
  script_.write = [](std::span<const std::byte>) {
    return Result<std::size_t>(make_error_code(std::errc::protocol_error));
  };
  Connection& connection = adopt();
  post([&] { connection.send("x"); });
  settle();
  EXPECT_EQ(recorder_.closes, 1);
  EXPECT_EQ(recorder_.why, std::errc::protocol_error);
  EXPECT_EQ(script_.writes, 1);
}

TEST_P(ConnectionStream, FailureOfAFinish) {
  script_.finish = [] { return make_error_code(std::errc::broken_pipe); };
  adopt().close(CloseMode::kFlush);
  settle();
  EXPECT_EQ(recorder_.closes, 1);
  EXPECT_EQ(recorder_.why, std::errc::broken_pipe);
}

TEST_P(ConnectionStream, PeerThatHasFinishedAndGoneIsNoFailure) {
  script_.finish = [] { return make_error_code(std::errc::broken_pipe); };
  adopt();
  test::shutdown_write(pair_.peer.get());
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_EQ(recorder_.ends, 1);
  EXPECT_FALSE(recorder_.why) << recorder_.why.message();
}

TEST_P(ConnectionStream, PlainConnectionHasNone) {
  EXPECT_EQ(ConnectionFixture::adopt().stream(), nullptr);
}

}  // namespace
}  // namespace halo
