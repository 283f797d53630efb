// Much over TLS, both ways at once, between a client and a server of ours.

#include <algorithm>

#include <gtest/gtest.h>

#include "reactor/limits.hpp"
#include "tests/reactor/tls/tls_fixture.hpp"

namespace halo {
namespace {

constexpr std::size_t kTransferBytes = std::size_t{64} << 20;
constexpr std::size_t kPieceBytes = 100'000;
constexpr std::size_t kUnderWayBytes = 4'000'000;

class TlsTransfer : public test::TlsFixture {
 protected:
  ~TlsTransfer() override {
    client_table_.reset();
    table_.reset();
  }

  /// Sends up to what may be under way, reads it back, and closes after the last byte.
  void send_and_compare() {
    const auto send_more = [this](Connection& c) {
      while (sent_ < kTransferBytes && sent_ - matched_ < kUnderWayBytes) {
        const std::size_t size = std::min(kPieceBytes, kTransferBytes - sent_);
        c.send(std::string_view(piece_).substr(0, size));
        sent_ += size;
      }
    };
    recorder_.open = send_more;
    recorder_.on_bytes = [this, send_more](Connection& c, std::string_view unread) {
      recorder_.data.clear();
      for (std::size_t done = 0; done < unread.size();) {
        const std::size_t at = matched_ % kPieceBytes;
        const std::size_t size = std::min(unread.size() - done, kPieceBytes - at);
        EXPECT_TRUE(unread.substr(done, size) == std::string_view(piece_).substr(at, size));
        done += size;
        matched_ += size;
      }
      send_more(c);
      if (matched_ >= next_pause_) {
        next_pause_ += kTransferBytes / 16;
        c.pause_reading();
      }
      if (matched_ == kTransferBytes) {
        c.close(CloseMode::kFlush);
      }
      return unread.size();
    };
  }

  /// Answers only while it reads: its peer's slowness is its own.
  void echo() {
    server_.on_bytes = [this](Connection& c, std::string_view unread) {
      server_.data.clear();
      const std::size_t size = c.reading() ? unread.size() : 0;
      c.send(unread.substr(0, size));
      held_most_ = std::max(held_most_, c.unsent_bytes());
      return size;
    };
  }

  const std::string piece_ = test::pattern(kPieceBytes);
  test::Recorder server_;
  std::unique_ptr<ConnectionTable> client_table_;
  std::size_t sent_ = 0;
  std::size_t matched_ = 0;  // came back right
  std::size_t next_pause_ = 1;
  std::size_t held_most_ = 0;  // by the server
};

HALO_ON_EVERY_POLLER(TlsTransfer);

TEST_P(TlsTransfer, MuchPassesBothWaysWithBackpressure) {
  // The client reads whatever waits to be sent; else both would wait for each other.
  client_table_ = std::make_unique<ConnectionTable>(
      *loop_, ConnectionOptions{.unsent_high_mark_bytes = 2 * kUnderWayBytes,
                                .unsent_bytes_max = 2 * kUnderWayBytes});
  options_.unsent_high_mark_bytes = 32 * 1024;  // the server's
  send_and_compare();
  echo();
  pair_ = test::unix_pair();  // its buffers do not grow by themselves
  test::SocketPair other{std::move(pair_.peer), {}};
  Connection& server =
      adopt(other, server_,
            TlsStream::to_client(TlsContext::create_server(server_options_).value()).value());
  Connection& client =
      *client_table_
           ->adopt(std::move(pair_.ours), recorder_.make_handler(),
                   TlsStream::to_server(client_context(), "example.test", 443).value())
           .value();
  ASSERT_TRUE(until([&] {
    const bool clogged = server_.opens == 1 && server_.closes == 0 && !server.reading();
    if (clogged && recorder_.closes == 0) {
      client.resume_reading();
    }
    return recorder_.closes == 1 && server_.closes == 1;
  })) << matched_;
  EXPECT_EQ(matched_, kTransferBytes);
  EXPECT_FALSE(recorder_.why) << recorder_.why.message();
  EXPECT_FALSE(server_.why) << server_.why.message();
  EXPECT_GE(server_.drains, 16) << "there was backpressure";
  EXPECT_LT(held_most_, options_.unsent_high_mark_bytes + limits::kReadBytesMax + 1) << "bounded";
}

}  // namespace
}  // namespace halo
