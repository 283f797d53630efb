// Bodies in both directions, larger than what lies between the two sides, and sent again.

#include <algorithm>
#include <deque>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "reactor/error.hpp"
#include "tests/protocols/http/client_fixture.hpp"

namespace halo::http {
namespace {

/// A body that comes in pieces; an empty piece stands for "not now".
class Pieces final : public BodySource {
 public:
  explicit Pieces(std::deque<std::string> pieces) : pieces_(std::move(pieces)) {}

  Result<std::size_t> read(std::span<std::byte> room) override {
    if (pieces_.empty()) {
      return std::size_t{0};
    }
    const std::string piece = std::move(pieces_.front());
    pieces_.pop_front();
    if (piece.empty()) {
      return std::make_error_code(std::errc::resource_unavailable_try_again);
    }
    if (piece == "error") {
      return std::make_error_code(std::errc::io_error);
    }
    std::ranges::copy(test::as_bytes(piece), room.begin());
    return piece.size();
  }
  std::error_code rewind() override { return std::make_error_code(std::errc::invalid_seek); }

 private:
  std::deque<std::string> pieces_;
};

class ClientBodyTest : public ClientTest {
 protected:
  const Deadlines client_deadlines_ = ClientOptions{}.deadlines;

  Request post(std::uint64_t bytes) const {
    Request request{"POST", url()};
    request.body = {BodyForm::Framing::kLength, bytes, true};
    return request;
  }
  Request post_chunked() const {
    Request request{"POST", url()};
    request.body = {BodyForm::Framing::kChunked, 0, false};
    return request;
  }
};

HALO_ON_EVERY_POLLER(ClientBodyTest);

TEST_P(ClientBodyTest, BodyIsSentBehindTheHead) {
  ask(post(5), {}, std::make_unique<MemoryBody>("world"));
  Peer peer = accept();
  const std::string request = peer.request(5);
  EXPECT_NE(request.find("\r\nContent-Length: 5\r\n"), std::string::npos) << request;
  EXPECT_TRUE(request.ends_with("\r\n\r\nworld")) << request;
  peer.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok());
}

TEST_P(ClientBodyTest, LargeBodyGoesAsFastAsItIsTaken) {
  const std::string bytes = test::pattern(20 * 1024 * 1024);
  ask(post(bytes.size()), {}, std::make_unique<MemoryBody>(bytes));
  Peer peer = accept();
  EXPECT_TRUE(peer.request(bytes.size()).ends_with(bytes));
  peer.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok());
}

TEST_P(ClientBodyTest, GeneratorIsSentInChunksWhenItHasThem) {
  const RequestId id =
      ask(post_chunked(), {}, std::make_unique<Pieces>(std::deque<std::string>{"ab", "", "cde"}));
  Peer peer = accept();
  const std::string request = peer.read_until("2\r\nab\r\n");
  EXPECT_NE(request.find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos) << request;
  settle();
  client_->continue_body(id);
  EXPECT_EQ(peer.read_until("0\r\n\r\n"), "3\r\ncde\r\n0\r\n\r\n");
  peer.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok());
}

TEST_P(ClientBodyTest, SourceThatFallsSilentFailsTheRequest) {
  ask(post(5), {}, std::make_unique<Pieces>(std::deque<std::string>{"he", "", "llo"}));
  Peer peer = accept();
  peer.request(2);
  clock_.advance(client_deadlines_.idle - Duration(1));
  settle();
  ASSERT_EQ(told().done, 0);
  clock_.advance(Duration(1));
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().error, Errc::kIdleTimeout);
  EXPECT_EQ(told().stage, Stage::kSend);
  EXPECT_TRUE(peer.is_left());
}

TEST_P(ClientBodyTest, SourceThatFailsFailsTheRequest) {
  ask(post_chunked(), {}, std::make_unique<Pieces>(std::deque<std::string>{"ab", "error"}));
  Peer peer = accept();
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().error, std::errc::io_error);
  EXPECT_EQ(told().stage, Stage::kSend);
  EXPECT_TRUE(peer.is_left());
}

TEST_P(ClientBodyTest, SourceThatEndsEarlyFailsTheRequest) {
  ask(post(10), {}, std::make_unique<MemoryBody>("world"));
  Peer peer = accept();
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().error, HttpErrc::kBodyTruncated);
  EXPECT_EQ(told().stage, Stage::kSend);
}

TEST_P(ClientBodyTest, AnswerBeforeTheBodysEndIsTakenAndEndsTheConnection) {
  ask(post_chunked(), {}, std::make_unique<Pieces>(std::deque<std::string>{"ab", ""}));
  Peer peer = accept();
  peer.read_until("ab\r\n");
  peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok()) << told().error.message();
  EXPECT_EQ(told().status, 413);
  EXPECT_TRUE(peer.is_left());
}

TEST_P(ClientBodyTest, HandlerThatPausesHoldsTheServerBack) {
  const std::string bytes = test::pattern(20 * 1024 * 1024);
  RequestId id;
  id = ask(get(), {.on_body = [&] {
             client_->pause(id);
             return std::error_code();
           }});
  Peer peer = accept();
  peer.request();
  peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(bytes.size()) + "\r\n\r\n");
  std::size_t sent = 0;
  ASSERT_TRUE(run_until([&] {
    sent += test::write_available(peer.fd(), std::string_view(bytes).substr(sent));
    return !told().body.empty();
  }));
  for (int i = 0; i < 100; ++i) {
    sent += test::write_available(peer.fd(), std::string_view(bytes).substr(sent));
    settle();
  }
  EXPECT_LE(told().body.size(), 64U * 1024U) << "what one read gave, at most";
  EXPECT_LT(sent, bytes.size()) << "the kernel's buffers are full, and no more";
  ASSERT_TRUE(run_until([&] {
    sent += test::write_available(peer.fd(), std::string_view(bytes).substr(sent));
    client_->resume(id);
    return told().done > 0;
  }));
  EXPECT_TRUE(told().ok()) << told().error.message();
  EXPECT_TRUE(told().body == bytes);
}

TEST_P(ClientBodyTest, PauseAtTheLastByteIsHeeded) {
  RequestId id;
  id = ask(get(), {.on_body = [&] {
             client_->pause(id);
             return std::error_code();
           }});
  Peer peer = accept();
  peer.request();
  peer.send(kOk);
  ASSERT_TRUE(run_until([this] { return told().body == "hello"; }));
  settle();
  EXPECT_EQ(told().done, 0);
  client_->resume(id);
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok());
  EXPECT_EQ(client_->connections(), 1U);
}

// ---- redirects ----

TEST_P(ClientBodyTest, BodyIsSentAgainWhereTheRedirectSaysSo) {
  ask(post(5), {}, std::make_unique<MemoryBody>("world"));
  Peer peer = accept();
  peer.request(5);
  peer.send("HTTP/1.1 307 Temporary Redirect\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n");
  const std::string request = peer.request(5);
  EXPECT_TRUE(request.starts_with("POST /b "));
  EXPECT_TRUE(request.ends_with("world"));
  peer.send(kOk);
  ASSERT_TRUE(run_until_done());
  EXPECT_TRUE(told().ok());
}

TEST_P(ClientBodyTest, BodyThatCannotBeSentAgainFailsTheRedirect) {
  ask(post_chunked(), {}, std::make_unique<Pieces>(std::deque<std::string>{"ab"}));
  Peer peer = accept();
  peer.read_until("0\r\n\r\n");
  peer.send("HTTP/1.1 307 Temporary Redirect\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().error, HttpErrc::kBodyNotReplayable);
}

}  // namespace
}  // namespace halo::http
