// Peers that lie, stall, break off or speak something else: one on_close, with the right word, and
// never an end that nobody announced.

#include <cerrno>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "reactor/error.hpp"
#include "tests/reactor/tls/tls_fixture.hpp"
#include "tests/support/seed.hpp"

namespace halo {
namespace {

using std::chrono::seconds;

class TlsHostile : public test::TlsFixture {
 protected:
  // A client of ours, whose server is raw bytes.
  void connect_to_raw() {
    recorder_.close = [this](Connection& c) { words_ = c.stream()->failure(); };
    adopt(pair_, recorder_, TlsStream::to_server(client_context(), "example.test", 443).value());
  }

  // The whole of a conversation in which the server sends `bytes` bytes of its records, then
  // breaks off. Returns how many it would have sent.
  std::size_t break_off_after(std::size_t bytes, bool by_reset, bool tls12) {
    pair_ = test::tcp_pair();
    recorder_ = {};
    recorder_.may_never_open = true;
    recorder_.open = [](Connection& c) { c.send("request"); };
    peer_.reset();
    peer_.emplace(std::move(pair_.peer), &identity());
    if (tls12) {
      SSL_CTX_set_max_proto_version(peer_->context(), TLS1_2_VERSION);
    }
    peer_->bytes_max = bytes;
    connect();
    peer_->send(answer_);
    peer_->announce_end();
    const auto stuck = [&] { return peer_->sent_bytes() == bytes || recorder_.closes == 1; };
    EXPECT_TRUE(until([&] { return stuck() || recorder_.ends == 1; }));
    const std::size_t sent = peer_->sent_bytes();
    if (recorder_.ends == 0) {
      settle();
      by_reset ? test::reset(std::move(peer_->socket())) : peer_->socket().reset();
      EXPECT_TRUE(until_closed());
    }
    said_all_ = peer_->sent_all();
    table_.reset();
    return sent;
  }

  void expect_no_half_for_whole(bool tls12) {
    const std::size_t whole = break_off_after(SIZE_MAX, false, tls12);
    ASSERT_EQ(recorder_.ends, 1);
    ASSERT_EQ(recorder_.data, answer_);
    // Signatures vary by a byte or two, and with them the whole.
    for (std::size_t bytes = 0; bytes < whole; bytes += bytes + 40 < whole ? 23 : 1) {
      for (const bool by_reset : {false, true}) {
        SCOPED_TRACE(std::to_string(bytes) + (by_reset ? " then RST" : " then FIN"));
        break_off_after(bytes, by_reset, tls12);
        if (said_all_) {
          continue;
        }
        ASSERT_EQ(recorder_.ends, 0) << "an end that nobody announced";
        ASSERT_TRUE(recorder_.why) << "no failure";
        ASSERT_TRUE(answer_.starts_with(recorder_.data));
        ASSERT_LE(recorder_.opens, 1);
        const bool cut =
            recorder_.why == Errc::kTruncated || recorder_.why == TlsErrc::kHandshakeEnded ||
            recorder_.why == std::errc::connection_reset || recorder_.why == std::errc::broken_pipe;
        ASSERT_TRUE(cut) << recorder_.why.message() << ": " << words_;
      }
    }
  }

  const std::string answer_ = test::pattern(500);
  bool said_all_ = false;  // the server, after all
};

HALO_ON_EVERY_POLLER(TlsHostile);

TEST_P(TlsHostile, EveryTruncationOfTls13IsAnError) { expect_no_half_for_whole(false); }
TEST_P(TlsHostile, EveryTruncationOfTls12IsAnError) { expect_no_half_for_whole(true); }

TEST_P(TlsHostile, EndDuringTheHandshakeIsNamed) {
  connect_to_raw();
  test::shutdown_write(pair_.peer.get());
  expect_failed(TlsErrc::kHandshakeEnded, "");
  EXPECT_FALSE(is_certificate_error(recorder_.why));
}

TEST_P(TlsHostile, ResetDuringTheHandshakeIsTheSystemsWord) {
  connect_to_raw();
  test::reset(std::move(pair_.peer));
  expect_failed({ECONNRESET, std::system_category()}, "");
}

TEST_P(TlsHostile, PlainServerIsNoTls) {
  connect_to_raw();
  test::write_all(pair_.peer.get(), "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  expect_failed(TlsErrc::kNotTls, "");
}

TEST_P(TlsHostile, PlainServerThatClosesAtOnceIsNoTls) {
  connect_to_raw();
  test::write_all(pair_.peer.get(), "220 mail.test\r\n");
  pair_.peer.reset();
  expect_failed(TlsErrc::kNotTls, "");
}

TEST_P(TlsHostile, PlainClientOfATlsServerIsNoTls) {
  recorder_.close = [this](Connection& c) { words_ = c.stream()->failure(); };
  adopt(pair_, recorder_,
        TlsStream::to_client(TlsContext::create_server(server_options_).value()).value());
  test::write_all(pair_.peer.get(), "GET / HTTP/1.1\r\nHost: example.test\r\n\r\n");
  expect_failed(TlsErrc::kNotTls, "");
}

TEST_P(TlsHostile, GarbageInPlaceOfAHelloIsAFailure) {
  test::Random random(test::seed());
  for (int i = 0; i < 100; ++i) {
    pair_ = test::tcp_pair();
    recorder_ = {};
    recorder_.may_never_open = true;
    connect_to_raw();
    std::string garbage;
    for (std::uint64_t size = 1 + random.below(2000); size > 0; --size) {
      garbage += static_cast<char>(random.next());
    }
    if (random.one_in(2)) {  // what looks like TLS at first
      garbage.replace(0, std::min<std::size_t>(3, garbage.size()), "\x16\x03\x03", 0, 3);
    }
    test::write_all(pair_.peer.get(), garbage);
    pair_.peer.reset();
    ASSERT_TRUE(until_closed());
    EXPECT_EQ(recorder_.opens, 0);
    EXPECT_TRUE(recorder_.why);
    table_.reset();
  }
}

TEST_P(TlsHostile, DamagedRecordIsNoData) {
  connect();
  ASSERT_TRUE(until_open());
  peer_->send("good");
  ASSERT_TRUE(until([&] { return recorder_.data == "good"; }));
  test::write_all(peer_->socket().get(),
                  std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x'));
  ASSERT_TRUE(until_closed());
  EXPECT_EQ(recorder_.data, "good");
  EXPECT_EQ(recorder_.ends, 0);
  EXPECT_EQ(recorder_.why, TlsErrc::kProtocolBroken);
  EXPECT_TRUE(words_.starts_with("example.test broke the TLS protocol: ")) << words_;
}

TEST_P(TlsHostile, EndThatIsForgedInPlainIsNoEnd) {
  // Who stands between the two cannot announce an end: a close_notify without the keys.
  connect();
  ASSERT_TRUE(until_open());
  test::write_all(peer_->socket().get(), std::string("\x15\x03\x03\x00\x02\x01\x00", 7));
  test::shutdown_write(peer_->socket().get());
  ASSERT_TRUE(until_closed());
  EXPECT_EQ(recorder_.ends, 0);
  EXPECT_TRUE(recorder_.why);
}

TEST_P(TlsHostile, HandshakeThatStallsIsCut) {
  options_.handshake_timeout = seconds(10);
  connect_to_raw();
  settle();
  EXPECT_EQ(turn(), 0U);
  advance(seconds(10) - Duration(1));
  EXPECT_EQ(recorder_.closes, 0);
  advance(Duration(1));
  expect_failed(Errc::kHandshakeTimeout, "");
}

TEST_P(TlsHostile, HandshakeThatTricklesIsCut) {
  options_.handshake_timeout = seconds(10);
  peer_.emplace(std::move(pair_.peer), &identity());
  peer_->bytes_per_step = 1;
  connect();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(recorder_.closes, 0);
    peer_->step();
    settle();
    advance(seconds(1));
  }
  EXPECT_GT(peer_->sent_bytes(), 5U) << "it did trickle";
  expect_failed(Errc::kHandshakeTimeout, "");
}

TEST_P(TlsHostile, ClientThatStallsIsCut) {
  options_.handshake_timeout = seconds(10);
  adopt(pair_, recorder_,
        TlsStream::to_client(TlsContext::create_server(server_options_).value()).value());
  advance(seconds(10));
  expect_failed(Errc::kHandshakeTimeout, "");
}

TEST_P(TlsHostile, PeerThatTakesNoAnnouncedEndIsCut) {
  options_.flush_timeout = seconds(5);
  pair_ = test::unix_pair();
  Connection& connection = connect();
  ASSERT_TRUE(until_open());
  peer_->reads = false;
  connection.send(std::string(3'000'000, 'x'));
  connection.close(CloseMode::kFlush);
  settle();
  settle();
  advance(seconds(5));
  ASSERT_TRUE(until_closed());
  EXPECT_EQ(recorder_.why, Errc::kIdleTimeout);
}

}  // namespace
}  // namespace halo
