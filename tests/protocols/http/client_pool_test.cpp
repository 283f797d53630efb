// Connections that are used again, and those that must not be.

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "reactor/error.hpp"
#include "tests/protocols/http/client_fixture.hpp"

namespace halo::http {
namespace {

using std::chrono::seconds;

class ClientPoolTest : public ClientTest {
 protected:
  /// A request that was answered on a connection which is idle now.
  Peer used_connection() {
    ask(get("/first"));
    Peer peer = accept();
    peer.request();
    peer.send(kOk);
    EXPECT_TRUE(run_until_done());
    EXPECT_TRUE(told().ok());
    EXPECT_EQ(client_->connections(), 1U);
    clock_.advance(Duration(1));  // a further iteration has a time of its own
    return peer;
  }

  void expect_answered(std::size_t index) {
    ASSERT_TRUE(run_until_done(index));
    EXPECT_TRUE(told(index).ok()) << told(index).error.message();
    EXPECT_EQ(told(index).body, "hello");
  }

  void expect_not_used_again(std::string_view answer) {
    ask(get());
    Peer first = accept();
    first.request();
    first.send(answer);
    expect_answered(0);
    EXPECT_TRUE(first.is_left());
    ask(get());
    Peer second = accept();
    second.request();
    second.send(kOk);
    expect_answered(1);
  }
};

HALO_ON_EVERY_POLLER(ClientPoolTest);

TEST_P(ClientPoolTest, IdleConnectionIsUsedAgain) {
  Peer peer = used_connection();
  for (std::size_t i = 1; i < 4; ++i) {
    ask(get("/again"));
    EXPECT_TRUE(peer.request().starts_with("GET /again "));
    peer.send(kOk);
    expect_answered(i);
  }
  EXPECT_TRUE(nobody_connects());
}

TEST_P(ClientPoolTest, ConnectionThatWasUsedLastIsUsedNext) {
  ask(get());
  ask(get());
  Peer first = accept();
  Peer second = accept();
  first.request();
  second.request();
  second.send(kOk);
  expect_answered(1);
  first.send(kOk);
  expect_answered(0);
  ask(get("/third"));
  EXPECT_TRUE(first.request().starts_with("GET /third "));
}

TEST_P(ClientPoolTest, RequestsWaitForAConnectionInTheirOrder) {
  ClientOptions options;
  options.connections_per_origin_max = 1;
  make_client(std::move(options));
  for (const char* target : {"/0", "/1", "/2"}) {
    ask(get(target));
  }
  Peer peer = accept();
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(peer.request().starts_with("GET /" + std::to_string(i) + " "));
    peer.send(kOk);
    expect_answered(i);
  }
  EXPECT_TRUE(nobody_connects());
}

TEST_P(ClientPoolTest, IdleConnectionIsClosedAfterAWhile) {
  Peer peer = used_connection();
  clock_.advance(seconds(4) - Duration(2));
  settle();
  EXPECT_FALSE(peer.left_by_now());
  clock_.advance(Duration(1));
  EXPECT_TRUE(peer.is_left());
  EXPECT_TRUE(run_until([this] { return client_->connections() == 0; }));
}

TEST_P(ClientPoolTest, ConnectionThatSpeaksWhileIdleIsClosed) {
  Peer peer = used_connection();
  peer.send(kOk);
  EXPECT_TRUE(peer.is_left());
  ask(get("/second"));
  Peer next = accept();
  next.request();
  next.send("HTTP/1.1 204 No Content\r\n\r\n");
  ASSERT_TRUE(run_until_done(1));
  EXPECT_EQ(told(1).status, 204) << "not the answer that was lying there";
}

TEST_P(ClientPoolTest, AnswerThatLiesThereBeforeTheQuestionIsNotTaken) {
  Peer peer = used_connection();
  peer.send(kOk);  // and the client's loop has no turn in between
  ask(get("/second"));
  Peer next = accept();
  next.request();
  next.send("HTTP/1.1 204 No Content\r\n\r\n");
  ASSERT_TRUE(run_until_done(1));
  EXPECT_EQ(told(1).status, 204);
}

TEST_P(ClientPoolTest, ConnectionThatEndedWhileIdleIsNotUsed) {
  Peer peer = used_connection();
  peer.close();  // and the client's loop has no turn in between
  ask(get("/second"));
  Peer next = accept();
  next.request();
  next.send(kOk);
  expect_answered(1);
}

TEST_P(ClientPoolTest, GarbageBehindAnAnswerEndsTheConnection) {
  expect_not_used_again(std::string(kOk) + "H");
}

TEST_P(ClientPoolTest, ConnectionCloseEndsTheConnection) {
  expect_not_used_again("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
}

TEST_P(ClientPoolTest, Http10EndsTheConnection) {
  expect_not_used_again("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello");
}

TEST_P(ClientPoolTest, KeepAliveRaceIsTriedOnceMoreOnANewConnection) {
  Peer peer = used_connection();
  ask(get("/second"));
  peer.request();
  peer.close();
  Peer next = accept();
  EXPECT_TRUE(next.request().starts_with("GET /second "));
  next.send(kOk);
  expect_answered(1);
}

TEST_P(ClientPoolTest, KeepAliveRaceThatEndsInAResetIsTriedOnceMore) {
  Peer peer = used_connection();
  ask(get("/second"));
  peer.request();
  peer.reset();
  Peer next = accept();
  next.request();
  next.send(kOk);
  expect_answered(1);
}

TEST_P(ClientPoolTest, SecondTryTrustsNoConnectionThatWasIdleAsLong) {
  Peer first = used_connection();
  ask(get());
  first.request();
  ask(get());
  Peer second = accept();
  second.request();
  first.send(kOk);
  expect_answered(1);
  second.send(kOk);
  expect_answered(2);
  ask(get("/late"));
  second.request();
  second.close();
  Peer next = accept();
  EXPECT_TRUE(next.request().starts_with("GET /late "));
  EXPECT_TRUE(first.is_left());
}

TEST_P(ClientPoolTest, SecondTryIsTheLast) {
  Peer peer = used_connection();
  ask(get());
  peer.request();
  peer.close();
  Peer next = accept();
  next.request();
  next.close();
  ASSERT_TRUE(run_until_done(1));
  EXPECT_EQ(told(1).error, HttpErrc::kEmptyReply);
  EXPECT_TRUE(nobody_connects());
}

TEST_P(ClientPoolTest, FreshConnectionThatEndsIsAnError) {
  ask(get());
  Peer peer = accept();
  peer.request();
  peer.close();
  ASSERT_TRUE(run_until_done());
  EXPECT_EQ(told().error, HttpErrc::kEmptyReply);
  EXPECT_EQ(told().stage, Stage::kAwait);
  EXPECT_TRUE(nobody_connects());
}

TEST_P(ClientPoolTest, WhatIsNotIdempotentIsNeverSentTwice) {
  Peer peer = used_connection();
  ask(Request{"POST", url()});
  peer.request();
  peer.close();
  ASSERT_TRUE(run_until_done(1));
  EXPECT_EQ(told(1).error, HttpErrc::kEmptyReply);
  EXPECT_TRUE(nobody_connects());
}

TEST_P(ClientPoolTest, NothingIsSentTwiceOnceAByteCameBack) {
  Peer peer = used_connection();
  ask(get());
  peer.request();
  peer.send("H");
  peer.close();
  ASSERT_TRUE(run_until_done(1));
  EXPECT_EQ(told(1).error, HttpErrc::kHeadTruncated);
  EXPECT_TRUE(nobody_connects());
}

TEST_P(ClientPoolTest, NothingIsSentTwiceOnceAByteCameBackBeforeAReset) {
  Peer peer = used_connection();
  ask(get());
  peer.request();
  peer.send("H");
  settle();
  peer.reset();
  ASSERT_TRUE(run_until_done(1));
  EXPECT_EQ(told(1).error, std::errc::connection_reset);
  EXPECT_TRUE(nobody_connects());
}

TEST_P(ClientPoolTest, SecondTryThatWaitsGetsThePlaceOfAnIdleConnection) {
  ClientOptions options;
  options.connections_per_origin_max = 2;
  make_client(std::move(options));
  Peer first = used_connection();
  ask(get());
  first.request();
  ask(get());
  Peer second = accept();
  second.request();
  listener_.reset();
  first.close();  // the second try's own connection is refused
  ASSERT_TRUE(run_until([this] { return client_->connections() == 1; }));
  ASSERT_EQ(told(1).done, 0) << "it waits for the other connection to end";
  second.send(kOk);
  expect_answered(2);
  EXPECT_TRUE(second.is_left());
  second.close();
  ASSERT_TRUE(run_until_done(1));
  EXPECT_EQ(told(1).error, std::errc::connection_refused) << "once more, in its place";
}

TEST_P(ClientPoolTest, IdleConnectionMakesRoomForAnotherOrigin) {
  ClientOptions options;
  options.connections_max = 1;
  make_client(std::move(options));
  Peer peer = used_connection();
  const OwnedFd first_listener = std::exchange(listener_, test::listener_v4());
  ask(get());
  EXPECT_TRUE(peer.is_left());
  Peer next = accept();
  next.request();
  next.send(kOk);
  expect_answered(1);
  EXPECT_EQ(client_->connections(), 1U);
}

TEST_P(ClientPoolTest, OriginWithoutAPlaceHasItsTurn) {
  ClientOptions options;
  options.connections_max = 1;
  make_client(std::move(options));
  OwnedFd other_listener = test::listener_v4();
  ask(get());
  std::swap(listener_, other_listener);
  ask(get());
  EXPECT_TRUE(nobody_connects());
  std::swap(listener_, other_listener);
  Peer first = accept();
  first.request();
  first.send(kOk);
  expect_answered(0);
  EXPECT_TRUE(first.is_left());
  std::swap(listener_, other_listener);
  Peer second = accept();
  second.request();
  second.send(kOk);
  expect_answered(1);
}

}  // namespace
}  // namespace halo::http
