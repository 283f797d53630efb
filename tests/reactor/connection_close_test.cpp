// The ends of a connection: contracts C1 and C7, half-close, lingering, reset.

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/connection.hpp"
#include "reactor/error.hpp"
#include "reactor/limits.hpp"
#include "tests/reactor/recorder.hpp"

namespace halo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Received;
using test::Recorder;
using test::SocketPair;

class ConnectionClose : public test::ConnectionFixture {};
HALO_ON_EVERY_POLLER(ConnectionClose);

TEST_P(ConnectionClose, FlushWritesWhatWasSentThenEnds) {
  Connection& connection = adopt();
  const std::string sent = test::pattern(2'000'000);
  connection.send(sent);
  connection.close(CloseMode::kFlush);
  EXPECT_TRUE(connection.closing());
  EXPECT_FALSE(connection.reading());
  connection.send("never");
  const Received received = read_all_at(pair_.peer.get());
  EXPECT_TRUE(received.ended) << "by FIN";
  EXPECT_TRUE(received.bytes == sent);
  EXPECT_EQ(recorder_.closes, 0) << "our FIN is not the end: the peer's is awaited";
  EXPECT_TRUE(connection.lingering());
  pair_.peer.reset();
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_FALSE(recorder_.why) << recorder_.why.message();
  EXPECT_EQ(recorder_.ends, 0);
}

TEST_P(ConnectionClose, ResetDropsWhatWasSentAndIsSeenAsAReset) {
  Connection& connection = adopt();
  connection.send(std::string(1000, 'x'));
  connection.close(CloseMode::kReset);
  EXPECT_EQ(recorder_.closes, 0) << "never inside the call";
  settle();
  EXPECT_EQ(recorder_.closes, 1);
  EXPECT_EQ(read_all_at(pair_.peer.get()).error, ECONNRESET);
}

TEST_P(ConnectionClose, AbortTellsItsReason) {
  Connection& connection = adopt();
  connection.abort(Errc::kGraceOver);
  connection.abort(Errc::kIdleTimeout);  // the first one counts
  settle();
  EXPECT_EQ(recorder_.why, Errc::kGraceOver);
  EXPECT_EQ(read_all_at(pair_.peer.get()).error, ECONNRESET);
}

TEST_P(ConnectionClose, SecondCloseMayTurnAFlushIntoAReset) {
  Connection& connection = adopt();
  connection.close(CloseMode::kFlush);
  connection.close(CloseMode::kFlush);
  connection.close(CloseMode::kReset);
  connection.close(CloseMode::kFlush);
  settle();
  EXPECT_EQ(recorder_.closes, 1);
  EXPECT_EQ(read_all_at(pair_.peer.get()).error, ECONNRESET);
}

TEST_P(ConnectionClose, ResetByThePeerIsTheReason) {
  adopt();
  test::reset(std::move(pair_.peer));
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_EQ(recorder_.why, std::errc::connection_reset);
  EXPECT_EQ(recorder_.ends, 0);
}

TEST_P(ConnectionClose, PeerThatIsGoneWhileWeSendIsTheReason) {
  Connection& connection = adopt();
  test::reset(std::move(pair_.peer));
  for (int i = 0; i < 1000 && recorder_.closes == 0; ++i) {
    if (recorder_.closes == 0 && !connection.closing()) {
      connection.send("x");
    }
    turn();
  }
  EXPECT_EQ(recorder_.closes, 1);
  EXPECT_TRUE(recorder_.why);
}

// A bug here shows only when output is pending at the very moment of the peer's FIN, so the
// answers' sizes go around what the kernel's buffers hold.
class ConnectionHalfClose : public ConnectionClose {
 protected:
  ConnectionHalfClose() { options_.unsent_bytes_max = 100'000'000; }

  // A request and the end at once; an answer of `size` bytes, read while it is written or after
  // everything else has come to rest.
  void expect_whole_answer(SocketPair pair, std::size_t size, bool reads_late) {
    Recorder recorder;
    recorder.on_bytes = [size](Connection& c, std::string_view unread) {
      c.send(test::pattern(size));
      return unread.size();
    };
    adopt(pair, recorder);
    test::write_all(pair.peer.get(), "request");
    test::shutdown_write(pair.peer.get());
    if (reads_late) {
      EXPECT_TRUE(until([&] { return recorder.data_calls == 1; }));
      settle();
    }
    const Received received = read_all_at(pair.peer.get());
    EXPECT_TRUE(received.ended) << size << ": errno " << received.error;
    EXPECT_TRUE(received.bytes == test::pattern(size)) << received.bytes.size() << " of " << size;
    EXPECT_TRUE(until([&] { return recorder.closes == 1; }));
    EXPECT_FALSE(recorder.why) << recorder.why.message();
    table_.reset();  // before its handler's recorder
  }
};

HALO_ON_EVERY_POLLER(ConnectionHalfClose);

TEST_P(ConnectionHalfClose, DropsNoPendingAnswerWhateverItsSize) {
  const auto make_pair = [] {
    SocketPair pair = test::unix_pair();
    test::make_buffers_small(pair.ours.get());
    test::make_buffers_small(pair.peer.get());
    return pair;
  };
  std::size_t kernel_bytes = 0;
  const SocketPair probe = make_pair();
  while (const std::size_t count = test::write_available(probe.ours.get(), std::string(97, 'x'))) {
    kernel_bytes += count;
  }
  std::vector<std::size_t> sizes = {0, 1, 2, 100, 20 * kernel_bytes, limits::kGatherBytesMax + 1};
  for (std::size_t around = kernel_bytes / 2; around <= 4 * kernel_bytes;
       around += kernel_bytes / 16 + 1) {
    sizes.insert(sizes.end(), {around - 1, around, around + 1});
  }
  for (const std::size_t size : sizes) {
    expect_whole_answer(make_pair(), size, false);
    expect_whole_answer(make_pair(), size, true);
  }
}

TEST_P(ConnectionHalfClose, DropsNoPendingAnswerOverTcp) {
  for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 1'000'000U, 9'000'000U}) {
    expect_whole_answer(test::tcp_pair(), size, false);
    expect_whole_answer(test::tcp_pair(), size, true);
  }
}

TEST_P(ConnectionClose, HandlerMayAnswerLongAfterThePeersEnd) {
  // As one does that waits for a worker.
  recorder_.end = [](Connection&) {};
  Connection& connection = adopt();
  test::write_all(pair_.peer.get(), "request");
  test::shutdown_write(pair_.peer.get());
  ASSERT_TRUE(until([&] { return recorder_.ends == 1; }));
  EXPECT_EQ(turn(), 0U) << "a half-closed connection does not spin";
  EXPECT_FALSE(connection.reading());
  advance(std::chrono::hours(1));
  connection.send("answer");
  connection.close(CloseMode::kFlush);
  const Received received = read_all_at(pair_.peer.get());
  EXPECT_EQ(received.bytes, "answer");
  EXPECT_TRUE(received.ended);
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_FALSE(recorder_.why);
}

// Closing a socket with unread input makes the kernel send a reset, which may overtake the answer.
TEST_P(ConnectionClose, UnreadInputDoesNotDestroyTheLastAnswer) {
  for (const std::size_t unread : {1U, 10'000U, 60'000U}) {
    SocketPair pair = test::tcp_pair();
    Recorder recorder;
    recorder.on_bytes = [](Connection& c, std::string_view) -> std::size_t {
      c.send("last answer");
      c.close(CloseMode::kFlush);
      return 1;
    };
    adopt(pair, recorder);
    test::write_all(pair.peer.get(), "x");
    // The rest arrives when the connection is closing already.
    ASSERT_TRUE(until([&] { return recorder.data_calls == 1; }));
    test::write_all(pair.peer.get(), std::string(unread, 'y'));
    settle();
    const Received received = read_all_at(pair.peer.get());
    EXPECT_EQ(received.bytes, "last answer") << "errno " << received.error;
    EXPECT_TRUE(received.ended);
    pair.peer.reset();
    ASSERT_TRUE(until([&] { return recorder.closes == 1; }));
    EXPECT_EQ(recorder.data_calls, 1) << "what comes then is dropped";
  }
}

TEST_P(ConnectionClose, LingeringEndsWithItsTimeout) {
  options_.linger_timeout = seconds(2);
  Connection& connection = adopt();
  connection.close(CloseMode::kFlush);
  settle();
  ASSERT_TRUE(connection.lingering());
  advance(seconds(2) - Duration(1));
  EXPECT_EQ(recorder_.closes, 0);
  advance(Duration(1));
  EXPECT_EQ(recorder_.closes, 1);
  EXPECT_FALSE(recorder_.why) << "all was sent";
}

TEST_P(ConnectionClose, LingeringIsNotProlongedByInput) {
  options_.linger_timeout = seconds(2);
  Connection& connection = adopt();
  connection.close(CloseMode::kFlush);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(recorder_.closes, 0);
    test::write_all(pair_.peer.get(), "x");
    settle();
    advance(milliseconds(500));
  }
  EXPECT_EQ(recorder_.closes, 1);
}

TEST_P(ConnectionClose, LingeringTakesABoundedAmountOfInput) {
  Connection& connection = adopt();
  connection.close(CloseMode::kFlush);
  settle();
  const std::string much(limits::kLingerBytesMax + 1, 'x');
  std::size_t written = 0;
  ASSERT_TRUE(until([&] {
    written += test::write_available(pair_.peer.get(), std::string_view(much).substr(written));
    return recorder_.closes == 1;
  }));
  EXPECT_FALSE(recorder_.why);
}

TEST_P(ConnectionClose, FlushToAPeerThatDoesNotReadIsCut) {
  options_.flush_timeout = seconds(5);
  pair_ = test::unix_pair();  // TCP's buffers may grow to take it all
  Connection& connection = adopt();
  connection.send(std::string(3'900'000, 'x'));
  settle();
  ASSERT_GT(connection.unsent_bytes(), 0U);
  connection.close(CloseMode::kFlush);
  settle();
  advance(seconds(5) - Duration(1));
  EXPECT_EQ(recorder_.closes, 0);
  advance(Duration(1));
  EXPECT_EQ(recorder_.closes, 1);
  EXPECT_EQ(recorder_.why, Errc::kIdleTimeout);
}

TEST_P(ConnectionClose, FlushThatMakesProgressIsNotCut) {
  options_.flush_timeout = seconds(5);
  pair_ = test::unix_pair();
  test::make_buffers_small(pair_.ours.get());
  test::make_buffers_small(pair_.peer.get());
  Connection& connection = adopt();
  connection.send(std::string(100'000, 'x'));
  connection.close(CloseMode::kFlush);
  std::size_t received = 0;
  while (received < 100'000) {
    settle();
    const std::size_t count = test::read_available(pair_.peer.get(), 8'000).bytes.size();
    ASSERT_GT(count, 0U);
    received += count;
    settle();
    advance(seconds(4));
  }
  pair_.peer.reset();
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
  EXPECT_FALSE(recorder_.why) << recorder_.why.message();
}

TEST_P(ConnectionClose, FlushTimeoutOfZeroMeansNoTimeout) {
  options_.flush_timeout = Duration::zero();
  pair_ = test::unix_pair();
  Connection& connection = adopt();
  const std::string sent = test::pattern(3'900'000);
  connection.send(sent);
  connection.close(CloseMode::kFlush);
  settle();
  advance(std::chrono::hours(24));
  EXPECT_EQ(recorder_.closes, 0);
  const Received received = read_all_at(pair_.peer.get());
  EXPECT_TRUE(received.bytes == sent) << received.bytes.size() << " bytes";
}

TEST_P(ConnectionClose, LingerTimeoutOfZeroMeansNoTimeout) {
  options_.linger_timeout = Duration::zero();
  Connection& connection = adopt();
  connection.close(CloseMode::kFlush);
  settle();
  advance(std::chrono::hours(24));
  EXPECT_EQ(recorder_.closes, 0);
  pair_.peer.reset();
  ASSERT_TRUE(until([&] { return recorder_.closes == 1; }));
}

TEST_P(ConnectionClose, DrainAnswersWhatHasArrivedThenEnds) {
  recorder_.on_bytes = [](Connection& c, std::string_view unread) {
    c.send(unread);
    return unread.size();
  };
  Connection& connection = adopt();
  const std::string sent = test::pattern(200'000);
  std::size_t written = test::write_available(pair_.peer.get(), sent);
  connection.drain();
  settle();
  const Received received = read_all_at(pair_.peer.get());
  EXPECT_TRUE(received.ended);
  EXPECT_TRUE(received.bytes == sent.substr(0, written)) << received.bytes.size();
}

TEST_P(ConnectionClose, DrainOfAnIdleConnectionEndsItAtOnce) {
  Connection& connection = adopt();
  connection.drain();
  settle();
  EXPECT_TRUE(read_all_at(pair_.peer.get()).ended);
}

TEST_P(ConnectionClose, DrainWaitsForAHandlerThatHasPaused) {
  recorder_.on_bytes = [](Connection& c, std::string_view) -> std::size_t {
    c.pause_reading();
    return 1;
  };
  Connection& connection = adopt();
  test::write_all(pair_.peer.get(), "abc");
  ASSERT_TRUE(until([&] { return recorder_.data == "a"; }));
  connection.drain();
  for (const char* answer : {"A", "B", "C"}) {
    settle();
    ASSERT_FALSE(connection.closing());
    EXPECT_EQ(turn(), 0U) << "nor does it spin";
    connection.send(answer);
    connection.resume_reading();
  }
  EXPECT_EQ(read_all_at(pair_.peer.get()).bytes, "ABC");
  EXPECT_EQ(recorder_.data, "abc");
}

TEST_P(ConnectionClose, DrainWaitsForAPeerThatReadsSlowly) {
  pair_ = test::unix_pair();
  test::make_buffers_small(pair_.ours.get());
  test::make_buffers_small(pair_.peer.get());
  options_.unsent_high_mark_bytes = 1000;
  recorder_.on_bytes = [](Connection& c, std::string_view unread) {
    c.send(test::pattern(50'000));
    c.send(unread);
    return unread.size();
  };
  Connection& connection = adopt();
  test::write_all(pair_.peer.get(), "first");
  ASSERT_TRUE(until([&] { return recorder_.data_calls == 1; }));
  test::write_all(pair_.peer.get(), "second");
  connection.drain();
  const Received received = read_all_at(pair_.peer.get());
  EXPECT_TRUE(received.ended);
  EXPECT_TRUE(received.bytes == test::pattern(50'000) + "first" + test::pattern(50'000) + "second");
}

}  // namespace
}  // namespace halo
