// Bytes over TLS, both ways, and their end: the rules of a connection, whatever the records.

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "reactor/error.hpp"
#include "reactor/limits.hpp"
#include "tests/reactor/tls/tls_fixture.hpp"

namespace halo {
namespace {

using test::pattern;

class TlsStreamTest : public test::TlsFixture {
 protected:
  // Runs the other end alone until it has come to rest.
  void settle_peer() {
    for (int i = 0; i < 100; ++i) {
      peer_->step();
    }
  }
};

HALO_ON_EVERY_POLLER(TlsStreamTest);

TEST_P(TlsStreamTest, BytesPassBothWays) {
  recorder_.open = [](Connection& c) { c.send("question"); };
  connect();
  ASSERT_TRUE(until_open());
  peer_->send("answer");
  ASSERT_TRUE(until([&] { return recorder_.data == "answer" && !peer_->received().empty(); }));
  EXPECT_EQ(peer_->received(), "question");
}

TEST_P(TlsStreamTest, ServerWelcomesAndAnswers) {
  recorder_.open = [](Connection& c) { c.send("welcome "); };
  recorder_.on_bytes = [](Connection& c, std::string_view unread) {
    c.send(unread);
    return unread.size();
  };
  Connection& connection = accept();
  ASSERT_TRUE(until_open());
  peer_->send("echo");
  ASSERT_TRUE(until([&] { return peer_->received() == "welcome echo"; }));
  EXPECT_EQ(stream_of(connection).version(), "TLSv1.3");
}

TEST_P(TlsStreamTest, WhatWasAgreedIsTold) {
  TlsStream& stream = stream_of(connect());
  ASSERT_TRUE(until_open());
  EXPECT_EQ(stream.version(), "TLSv1.3");
  EXPECT_TRUE(stream.cipher().starts_with("TLS_")) << stream.cipher();
  EXPECT_EQ(stream.protocol(), "");
  EXPECT_FALSE(stream.session_reused());
  EXPECT_EQ(stream.failure(), "");
}

TEST_P(TlsStreamTest, Tls12IsSpokenToo) {
  peer_.emplace(std::move(pair_.peer), &identity());
  SSL_CTX_set_max_proto_version(peer_->context(), TLS1_2_VERSION);
  TlsStream& stream = stream_of(connect());
  ASSERT_TRUE(until_open());
  EXPECT_EQ(stream.version(), "TLSv1.2");
  peer_->send(pattern(100'000));
  ASSERT_TRUE(until([&] { return recorder_.data.size() == 100'000; }));
  EXPECT_TRUE(recorder_.data == pattern(100'000));
}

TEST_P(TlsStreamTest, RecordsOfOneByteEachAreRead) {
  connect();
  ASSERT_TRUE(until_open());
  SSL_set_max_send_fragment(peer_->ssl(), 512);  // the least there is
  for (int i = 0; i < 3000; ++i) {
    peer_->send(pattern(1, static_cast<std::size_t>(i)));
    peer_->step();
  }
  ASSERT_TRUE(until([&] { return recorder_.data.size() == 3000; }));
  EXPECT_TRUE(recorder_.data == pattern(3000));
}

TEST_P(TlsStreamTest, RecordsThatTrickleAreReadWithoutSpinning) {
  peer_.emplace(std::move(pair_.peer), &identity());
  peer_->bytes_per_step = 1;
  connect();
  peer_->send(pattern(300));
  peer_->announce_end();
  // Nothing is waited for: a wait for each byte would take a loaded machine too long.
  std::size_t served = 0;
  const auto limit = std::chrono::steady_clock::now() + test::kPatience;
  while (recorder_.closes == 0 && std::chrono::steady_clock::now() < limit) {
    peer_->step();
    for (int i = 0; i < 10; ++i) {
      served += turn();
    }
  }
  EXPECT_LE(served, 2 * peer_->sent_bytes() + 20) << "part of a record is nothing to deliver";
  EXPECT_EQ(recorder_.opens, 1);
  EXPECT_TRUE(recorder_.data == pattern(300));
  EXPECT_EQ(recorder_.ends, 1);
  EXPECT_FALSE(recorder_.why);
}

TEST_P(TlsStreamTest, ManyRecordsOfOneReadAreAllDelivered) {
  // More than one event reads, while the kernel has nothing left to report.
  connect();
  ASSERT_TRUE(until_open());
  std::size_t largest = 0;
  recorder_.on_bytes = [&](Connection&, std::string_view unread) {
    largest = std::max(largest, unread.size());
    return std::min<std::size_t>(unread.size(), 1000);
  };
  peer_->send(pattern(400'000));
  settle_peer();
  ASSERT_TRUE(until([&] { return recorder_.data.size() > 0; }));
  recorder_.on_bytes = nullptr;
  ASSERT_TRUE(until([&] { return recorder_.data.size() == 400'000; })) << recorder_.data.size();
  EXPECT_TRUE(recorder_.data == pattern(400'000));
  EXPECT_LE(largest, 2 * limits::kReadBytesMax);
}

TEST_P(TlsStreamTest, PausedConnectionKeepsWhatWasReadAhead) {
  recorder_.on_bytes = [](Connection& c, std::string_view) -> std::size_t {
    c.pause_reading();
    return 1;
  };
  Connection& connection = connect();
  ASSERT_TRUE(until_open());
  peer_->send("abc");
  ASSERT_TRUE(until([&] { return recorder_.data == "a"; }));
  settle_peer();
  settle();
  EXPECT_EQ(turn(), 0U);
  recorder_.on_bytes = nullptr;
  connection.resume_reading();
  ASSERT_TRUE(until([&] { return recorder_.data == "abc"; }));
}

TEST_P(TlsStreamTest, AnnouncedEndIsOnEnd) {
  connect();
  ASSERT_TRUE(until_open());
  peer_->send("all of it");
  peer_->announce_end();
  ASSERT_TRUE(until([&] { return recorder_.ends == 1; }));
  EXPECT_EQ(recorder_.data, "all of it");
  ASSERT_TRUE(until([&] { return peer_->saw_announced_end() && peer_->saw_end(); }))
      << "the default answers by the same";
  ASSERT_TRUE(until_closed());
  EXPECT_FALSE(recorder_.why) << recorder_.why.message();
}

TEST_P(TlsStreamTest, UnannouncedEndIsTruncation) {
  connect();
  ASSERT_TRUE(until_open());
  peer_->send("part of it");
  ASSERT_TRUE(until([&] { return recorder_.data == "part of it"; }));
  test::shutdown_write(peer_->socket().get());
  ASSERT_TRUE(until_closed());
  EXPECT_EQ(recorder_.ends, 0);
  EXPECT_EQ(recorder_.why, Errc::kTruncated);
}

TEST_P(TlsStreamTest, BytesBeforeAnUnannouncedEndAreDeliveredFirst) {
  connect();
  ASSERT_TRUE(until_open());
  peer_->send(pattern(150'000));
  while (!peer_->sent_all()) {
    peer_->step();
  }
  test::shutdown_write(peer_->socket().get());
  ASSERT_TRUE(until_closed());
  EXPECT_TRUE(recorder_.data == pattern(150'000)) << recorder_.data.size();
  EXPECT_EQ(recorder_.why, Errc::kTruncated);
}

TEST_P(TlsStreamTest, AnswersGoOutAfterThePeersAnnouncedEnd) {
  recorder_.end = [](Connection& c) {
    c.send(pattern(300'000));
    c.close(CloseMode::kFlush);
  };
  accept();
  ASSERT_TRUE(until_open());
  peer_->send("request");
  peer_->announce_end();
  ASSERT_TRUE(until([&] { return peer_->saw_end(); }));
  EXPECT_TRUE(peer_->received() == pattern(300'000)) << peer_->received().size();
  EXPECT_TRUE(peer_->saw_announced_end());
  ASSERT_TRUE(until_closed());
  EXPECT_FALSE(recorder_.why) << recorder_.why.message();
}

TEST_P(TlsStreamTest, FlushAnnouncesTheEndBeforeFin) {
  Connection& connection = connect();
  ASSERT_TRUE(until_open());
  connection.send(pattern(1'000'000));
  connection.close(CloseMode::kFlush);
  ASSERT_TRUE(until([&] { return peer_->saw_end(); }));
  EXPECT_TRUE(peer_->saw_announced_end());
  EXPECT_TRUE(peer_->received() == pattern(1'000'000)) << peer_->received().size();
  EXPECT_TRUE(connection.lingering());
  peer_->socket().reset();
  ASSERT_TRUE(until_closed());
  EXPECT_FALSE(recorder_.why);
}

TEST_P(TlsStreamTest, ResetAnnouncesNothing) {
  Connection& connection = connect();
  ASSERT_TRUE(until_open());
  connection.close(CloseMode::kReset);
  ASSERT_TRUE(until([&] { return peer_->error() != 0; }));
  EXPECT_EQ(peer_->error(), ECONNRESET);
  EXPECT_FALSE(peer_->saw_announced_end());
}

TEST_P(TlsStreamTest, PeerThatDoesNotReadMakesBytesWait) {
  options_.unsent_bytes_max = 50'000'000;
  Connection& connection = connect();
  ASSERT_TRUE(until_open());
  peer_->reads = false;
  connection.send(pattern(20'000'000));
  settle();
  settle();
  EXPECT_GT(connection.unsent_bytes(), 1'000'000U);
  EXPECT_FALSE(connection.reading());
  EXPECT_EQ(turn(), 0U) << "a clogged connection does not spin";
  peer_->reads = true;
  ASSERT_TRUE(until([&] { return peer_->received().size() == 20'000'000; }));
  EXPECT_TRUE(peer_->received() == pattern(20'000'000));
  EXPECT_EQ(recorder_.drains, 1);
  EXPECT_TRUE(connection.reading());
}

TEST_P(TlsStreamTest, KeyUpdatesAreAnsweredWhileOurOwnBytesWait) {
  // A record of ours is half in the kernel when OpenSSL must send another one.
  options_.unsent_bytes_max = 50'000'000;
  options_.unsent_high_mark_bytes = 40'000'000;  // reading goes on
  pair_ = test::unix_pair();
  Connection& connection = connect();
  ASSERT_TRUE(until_open());
  connection.send(pattern(5'000'000));
  for (int i = 0; i < 5; ++i) {
    settle();
    ASSERT_EQ(SSL_key_update(peer_->ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
    peer_->reads = false;
    peer_->send("more ");
    settle_peer();
    settle();
  }
  EXPECT_EQ(recorder_.closes, 0) << recorder_.why.message() << words_;
  EXPECT_EQ(recorder_.data, "more more more more more ");
  EXPECT_EQ(turn(), 0U) << "it spins";
  peer_->reads = true;
  ASSERT_TRUE(until([&] { return peer_->received().size() == 5'000'000; }));
  EXPECT_TRUE(peer_->received() == pattern(5'000'000));
  connection.send("the end");
  ASSERT_TRUE(until([&] { return peer_->received().ends_with("the end"); }));
}

TEST_P(TlsStreamTest, FloodOfKeyUpdatesGrowsNothingAndHoldsNoLoop) {
  pair_ = test::unix_pair();
  connect();
  ASSERT_TRUE(until_open());
  peer_->reads = false;
  for (int i = 0; i < 20'000 && recorder_.closes == 0; ++i) {
    ASSERT_EQ(SSL_key_update(peer_->ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
    peer_->send("x");
    peer_->step();
    turn();
  }
  EXPECT_FALSE(peer_->sent_all()) << "it is not read from any more";
  settle();
  EXPECT_EQ(turn(), 0U) << "it spins";
  peer_->reads = true;
  ASSERT_TRUE(until([&] { return recorder_.data.size() == 20'000; }));
}

TEST_P(TlsStreamTest, RenegotiationIsRefused) {
  peer_.emplace(std::move(pair_.peer), &identity());
  SSL_CTX_set_max_proto_version(peer_->context(), TLS1_2_VERSION);
  connect();
  ASSERT_TRUE(until_open());
  ASSERT_EQ(SSL_renegotiate(peer_->ssl()), 1);
  ASSERT_EQ(SSL_do_handshake(peer_->ssl()), 1) << "the request to begin anew is sent";
  ASSERT_TRUE(until([&] { return peer_->failed(); })) << "the handshake was made again";
}

}  // namespace
}  // namespace halo
