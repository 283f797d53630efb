// Requests that are answered from another turn of the loop, or another thread.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/http/later_response.hpp"
#include "reactor/worker_pool.hpp"
#include "tests/protocols/http/server_fixture.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo::http {
namespace {

using namespace std::chrono_literals;

class ServerLater : public ServerTest {
 protected:
  /// Every request is answered when the test says so, with its target as the body.
  void serve_on_demand(ConnectionOptions options = {}) {
    serve(
        [this](const ServerRequest& request, ServerResponse& response) {
          waiting_.push_back({std::string(request.target), response.later()});
        },
        options);
  }

  /// The bodies of all answers so far, each of which is one letter behind a slash.
  std::string bodies(Client& client) {
    settle(client);
    std::string bodies;
    std::string_view rest = client.heard;
    for (std::size_t end = 0; (end = rest.find("\r\n\r\n")) != std::string_view::npos;) {
      bodies += rest.substr(end + 4, 2);
      rest.remove_prefix(end + 6);
    }
    EXPECT_EQ(rest, "");
    return bodies;
  }

  void answer(std::size_t which) {
    auto& [target, later] = waiting_[which];
    later.answer([body = target](ServerResponse& response) { response.send(200, "", body); });
  }

  std::vector<std::pair<std::string, LaterResponse>> waiting_;
};

HALO_ON_EVERY_POLLER(ServerLater);

TEST_P(ServerLater, NothingIsSentUntilTheAnswer) {
  serve_on_demand();
  Client client = connect();
  say(client, get("/a"));
  ASSERT_EQ(waiting_.size(), 1U);
  EXPECT_EQ(client.heard, "");
  answer(0);
  EXPECT_EQ(bodies(client), "/a");
  say(client, get("/b"));
  ASSERT_EQ(waiting_.size(), 2U);
  answer(1);
  EXPECT_EQ(bodies(client), "/a/b");
}

TEST_P(ServerLater, PipelinedRequestsAreHandledAndAnsweredInTheirOrder) {
  serve_on_demand();
  Client client = connect();
  say(client, get("/a") + get("/b") + get("/c"));
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_EQ(waiting_.size(), i + 1) << "the next one waits";
    answer(i);
    settle(client);
  }
  EXPECT_EQ(bodies(client), "/a/b/c");
}

TEST_P(ServerLater, AnswersOfSeveralConnectionsComeInAnyOrder) {
  serve_on_demand();
  Client one = connect();
  Client two = connect();
  say(one, get("/a") + get("/b"));
  say(two, get("/c"));
  ASSERT_EQ(waiting_.size(), 2U);
  answer(1);
  EXPECT_EQ(bodies(two), "/c");
  EXPECT_EQ(bodies(one), "");
  answer(0);
  EXPECT_EQ(bodies(one), "/a");
  ASSERT_EQ(waiting_.size(), 3U);
  answer(2);
  EXPECT_EQ(bodies(one), "/a/b");
}

TEST_P(ServerLater, WhatIsAnsweredAtOnceWaitsForWhatIsNot) {
  serve([this](const ServerRequest& request, ServerResponse& response) {
    if (request.target == "/a") {
      waiting_.push_back({"/a", response.later()});
    } else {
      response.send(200, "", request.target);
    }
  });
  Client client = connect();
  say(client, get("/x") + get("/a") + get("/y"));
  EXPECT_EQ(bodies(client), "/x");
  answer(0);
  EXPECT_EQ(bodies(client), "/x/a/y");
}

TEST_P(ServerLater, AnAnswerMayBePutOffAgain) {
  serve_on_demand();
  Client client = connect();
  say(client, get("/a") + get("/b"));
  std::optional<LaterResponse> again;
  waiting_[0].second.answer([&again](ServerResponse& response) { again = response.later(); });
  EXPECT_EQ(bodies(client), "");
  ASSERT_TRUE(again);
  EXPECT_EQ(waiting_.size(), 1U);
  again->answer([](ServerResponse& response) { response.send(200, "", "/A"); });
  EXPECT_EQ(bodies(client), "/A");
  ASSERT_EQ(waiting_.size(), 2U);
}

TEST_P(ServerLater, KeepsToTheRequestsTerms) {
  serve_on_demand();
  Client client = connect();
  say(client, "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n" + get("/b", "Connection: close\r\n"));
  answer(0);
  settle(client);
  EXPECT_TRUE(client.heard.ends_with("Content-Length: 2\r\n\r\n")) << client.heard;
  client.heard.clear();
  answer(1);
  EXPECT_EQ(bodies(client), "/b");
  EXPECT_TRUE(client.ended);
}

TEST_P(ServerLater, DroppedWithoutAnAnswerItIs500) {
  serve([](const ServerRequest&, ServerResponse& response) { (void)response.later(); });
  Client client = connect();
  say(client, get("/a"));
  EXPECT_TRUE(client.heard.starts_with("HTTP/1.1 500 ")) << client.heard;
  client.heard.clear();
  say(client, get("/b"));
  EXPECT_TRUE(client.heard.starts_with("HTTP/1.1 500 ")) << client.heard;
}

TEST_P(ServerLater, AnswersThatSayNothingAre500) {
  serve_on_demand();
  Client client = connect();
  say(client, get("/a"));
  waiting_[0].second.answer([](ServerResponse&) {});
  settle(client);
  EXPECT_TRUE(client.heard.starts_with("HTTP/1.1 500 ")) << client.heard;
}

TEST_P(ServerLater, TheEndOfInputWaitsForTheAnswers) {
  serve_on_demand();
  Client client = connect();
  say(client, get("/a") + get("/b"));
  test::shutdown_write(client.socket.get());
  settle(client);
  answer(0);
  settle(client);
  ASSERT_EQ(waiting_.size(), 2U);
  EXPECT_FALSE(client.ended);
  answer(1);
  EXPECT_EQ(bodies(client), "/a/b");
  EXPECT_TRUE(client.ended);
}

TEST_P(ServerLater, AClientThatIsGoneIsNotAnswered) {
  serve_on_demand();
  Client client = connect();
  say(client, get("/a"));
  Connection::find(*loop_, client.connection)->close(CloseMode::kReset);
  test::run_while_busy(*loop_);
  bool called = false;
  waiting_[0].second.answer([&called](ServerResponse&) { called = true; });
  test::run_while_busy(*loop_);
  EXPECT_FALSE(called);
  EXPECT_EQ(connections_->size(), 0U);
}

TEST_P(ServerLater, AConnectionThatIsClosingIsNotAnswered) {
  serve_on_demand();
  Client client = connect();
  say(client, get("/a"));
  Connection::find(*loop_, client.connection)->close(CloseMode::kFlush);
  settle(client);
  ASSERT_NE(Connection::find(*loop_, client.connection), nullptr) << "it awaits the client's end";
  bool called = false;
  waiting_[0].second.answer([&called](ServerResponse&) { called = true; });
  settle(client);
  EXPECT_FALSE(called);
  EXPECT_EQ(client.heard, "");
}

TEST_P(ServerLater, AClientThatWentUnseenIsFoundOutByItsAnswer) {
  serve_on_demand();
  Client client = connect();
  say(client, get("/a") + get("/b"));
  client.socket.reset();
  answer(0);
  EXPECT_TRUE(test::run_until(*loop_, [this] { return connections_->size() == 0; }));
}

TEST_P(ServerLater, AClientThatResetsDuringTheWorkIsFoundOutByItsAnswer) {
  serve_on_demand();
  Client client = connect(test::tcp_pair());
  say(client, get("/a") + get("/b"));
  ASSERT_EQ(waiting_.size(), 1U);
  test::reset(std::move(client.socket));
  test::run_while_busy(*loop_);
  EXPECT_EQ(loop_->run_once(0ns), 0U) << "what nobody reads does not keep the loop busy";
  answer(0);
  EXPECT_TRUE(test::run_until(*loop_, [this] { return connections_->size() == 0; }));
  EXPECT_EQ(waiting_.size(), 1U) << "nobody waits for what came behind it";
}

TEST_P(ServerLater, ItsConnectionIsNotIdleMeanwhile) {
  serve_on_demand({.idle_timeout = 1s});
  Client client = connect();
  say(client, get("/a"));
  clock_.advance(1h);
  settle(client);
  EXPECT_FALSE(client.ended);
  answer(0);
  EXPECT_EQ(bodies(client), "/a");
  clock_.advance(1s);
  settle(client);
  EXPECT_TRUE(client.ended);
}

TEST_P(ServerLater, AServerThatDrainsWaitsForIt) {
  serve_on_demand();
  Client client = connect();
  say(client, get("/a") + get("/b"));
  Connection::find(*loop_, client.connection)->drain();
  settle(client);
  EXPECT_FALSE(client.ended);
  answer(0);
  settle(client);
  ASSERT_EQ(waiting_.size(), 2U) << "it had arrived before";
  answer(1);
  EXPECT_EQ(bodies(client), "/a/b");
  EXPECT_TRUE(client.ended);
}

TEST_P(ServerLater, AnAnswerOutlivesItsConnections) {
  serve_on_demand();
  Client client = connect();
  say(client, get("/a"));
  connections_.reset();
  answer(0);
  EXPECT_EQ(loop_->run_once(0ns), 1U);  // which finds nobody
}

TEST_P(ServerLater, WorkersAnswerInOrder) {
  WorkerPool workers(4, 100);
  serve([&workers](const ServerRequest& request, ServerResponse& response) {
    ASSERT_FALSE(
        workers.submit([later = response.later(), body = std::string(request.target)]() mutable {
          later.answer([body](ServerResponse& answer) { answer.send(200, "", body); });
        }));
  });
  Client client = connect();
  std::string all, expected;
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    expected += std::string("/") + letter;
    all += get(std::string("/") + letter);
  }
  say(client, all);
  EXPECT_TRUE(test::run_until(*loop_, [&] { return bodies(client) == expected; }));
}

TEST_P(ServerLater, WorkersThatAreFullAnswer500) {
  WorkerPool workers(1, 1);
  workers.stop();
  serve([&workers](const ServerRequest&, ServerResponse& response) {
    EXPECT_TRUE(workers.submit([later = response.later()]() mutable {
      later.answer([](ServerResponse& answer) { answer.send(200, "", "never"); });
    }));
  });
  Client client = connect();
  say(client, get("/a"));
  EXPECT_TRUE(client.heard.starts_with("HTTP/1.1 500 ")) << client.heard;
}

using ServerLaterDeathTest = ServerLater;
HALO_ON_EVERY_POLLER(ServerLaterDeathTest);

TEST_P(ServerLaterDeathTest, OneRequestHasOneAnswer) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  serve_on_demand();
  Client client = connect();
  say(client, get("/a"));
  answer(0);
  EXPECT_DEATH(answer(0), "a second answer");
}

}  // namespace
}  // namespace halo::http
