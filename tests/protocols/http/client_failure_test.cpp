// Servers that stop, lie, or take their time.

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "reactor/error.hpp"
#include "reactor/socket.hpp"
#include "tests/protocols/http/client_fixture.hpp"

namespace halo::http {
namespace {

using std::chrono::seconds;

class ClientFailureTest : public ClientTest {
 protected:
  enum class End { kFinish, kReset };

  /// The server sends that much and leaves.
  void answer_and_leave(std::string_view answer, End end) {
    ask(get());
    Peer peer = accept();
    peer.request();
    peer.send(answer);
    settle();
    if (end == End::kFinish) {
      peer.finish();
    } else {
      peer.reset();
    }
    ASSERT_TRUE(run_until_done(told_.size() - 1));
  }
};

HALO_ON_EVERY_POLLER(ClientFailureTest);

TEST_P(ClientFailureTest, PartOfAnAnswerNeverPassesForTheWhole) {
  const std::vector<std::string> answers = {
      std::string(kOk),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n",
      "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"};
  for (const std::string& answer : answers) {
    for (std::size_t cut = 0; cut < answer.size(); ++cut) {
      answer_and_leave(std::string_view(answer).substr(0, cut), End::kFinish);
      EXPECT_TRUE(told_.back()->error) << cut << " bytes of " << answer;
    }
    answer_and_leave(answer, End::kFinish);
    EXPECT_FALSE(told_.back()->error) << answer;
  }
}

TEST_P(ClientFailureTest, ResetIsAnErrorAtEachStage) {
  const std::string answer = "HTTP/1.1 200 OK\r\n\r\nhello";  // which lasts until the close
  for (std::size_t cut = 0; cut <= answer.size(); ++cut) {
    answer_and_leave(std::string_view(answer).substr(0, cut), End::kReset);
    EXPECT_EQ(told_.back()->error, std::errc::connection_reset) << cut;
    EXPECT_EQ(told_.back()->stage, cut < 19 ? Stage::kAwait : Stage::kReceive) << cut;
  }
}

TEST_P(ClientFailureTest, WhatIsNoHttpIsAnError) {
  answer_and_leave("220 ftp.example.org ready\r\n", End::kFinish);
  EXPECT_EQ(told().error.category(), http_category());
}

TEST_P(ClientFailureTest, SwitchThatNobodyAskedForIsAnError) {
  answer_and_leave("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
                   End::kFinish);
  EXPECT_EQ(told().error, HttpErrc::kUnexpectedUpgrade);
}

// ---- time ----

class ClientDeadlineTest : public ClientTest {
 protected:
  ClientDeadlineTest() {
    ClientOptions options;
    options.connect_timeout = seconds(2);
    options.deadlines = {.idle = seconds(5), .first_byte = seconds(20), .total = seconds(100)};
    options.connection_idle_timeout = seconds(1000);
    make_client(std::move(options));
  }

  void expect_end_after(Duration length, std::error_code error, Stage stage) {
    settle();
    clock_.advance(length - Duration(1));
    settle();
    ASSERT_EQ(told().done, 0);
    clock_.advance(Duration(1));
    ASSERT_TRUE(run_until_done());
    EXPECT_EQ(told().error, error) << told().error.message();
    EXPECT_EQ(told().stage, stage);
    EXPECT_TRUE(run_until([this] { return client_->connections() == 0; }));
  }
};

HALO_ON_EVERY_POLLER(ClientDeadlineTest);

TEST_P(ClientDeadlineTest, ConnectIsLimited) {
  listener_ = test::listener_v4(0);
  std::vector<OwnedFd> crowd;  // fills the backlog: a further connect gets no answer
  for (int i = 0; i < 8; ++i) {
    crowd.push_back(std::move(*socket::start_connect(test::local_endpoint_of(listener_.get()))));
  }
  ask(get());
  expect_end_after(seconds(2), Errc::kConnectTimeout, Stage::kConnect);
}

TEST_P(ClientDeadlineTest, FirstByteIsLimited) {
  ask(get());
  Peer peer = accept();
  peer.request();
  expect_end_after(seconds(20), Errc::kIdleTimeout, Stage::kAwait);
  EXPECT_TRUE(peer.is_left());
}

TEST_P(ClientDeadlineTest, SilenceWithinAnAnswerIsLimited) {
  ask(get());
  Peer peer = accept();
  peer.request();
  peer.send(kOk.substr(0, kOk.size() - 2));
  settle();
  clock_.advance(seconds(4));
  settle();
  peer.send("l");
  expect_end_after(seconds(5), Errc::kIdleTimeout, Stage::kReceive);
}

TEST_P(ClientDeadlineTest, WholeRequestIsLimitedHoweverItsAnswerTrickles) {
  ask(get());
  Peer peer = accept();
  peer.request();
  peer.send("HTTP/1.1 200 OK\r\n\r\n");
  for (int i = 0; i < 24; ++i) {
    settle();
    clock_.advance(seconds(4));
    settle();
    peer.send("x");
  }
  expect_end_after(seconds(4), Errc::kMessageTimeout, Stage::kReceive);
}

TEST_P(ClientDeadlineTest, SilenceIsNotCountedWhileTheHandlerPauses) {
  const RequestId id = ask(get());
  Peer peer = accept();
  peer.request();
  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx");
  ASSERT_TRUE(run_until([&] { return told().body == "x"; }));
  client_->pause(id);
  settle();
  clock_.advance(seconds(50));
  settle();
  EXPECT_EQ(told().done, 0);
  client_->resume(id);
  expect_end_after(seconds(5), Errc::kIdleTimeout, Stage::kReceive);
}

TEST_P(ClientDeadlineTest, NoTimerRunsBehindTheEnd) {
  ask(get());
  Peer peer = accept();
  peer.request();
  peer.send(kOk);
  ASSERT_TRUE(run_until_done());
  settle();
  clock_.advance(seconds(200));
  settle();
  EXPECT_TRUE(told().ok());
  EXPECT_EQ(client_->connections(), 1U) << "the connection has its own time";
}

}  // namespace
}  // namespace halo::http
