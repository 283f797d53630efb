// What a session does with requests that come in pieces, late, wrong, or are left without an
// answer.

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "protocols/http/server.hpp"
#include "tests/protocols/http/server_fixture.hpp"

namespace halo::http {
namespace {

using namespace std::chrono_literals;

class ServerSessionTest : public ServerTest {
 protected:
  /// Every request is answered with its body.
  void serve_echo() {
    serve([](const ServerRequest& request,
             ServerResponse& response) { response.send(200, "", request.body); },
          {}, {.head_timeout = 2s, .request_timeout = 5s});
  }

  /// A refusal: one answer of that status, then the end.
  void expect_refused(Client& client, int status) {
    EXPECT_TRUE(client.heard.starts_with("HTTP/1.1 " + std::to_string(status) + " "))
        << client.heard;
    EXPECT_NE(client.heard.find("Connection: close\r\n"), std::string::npos) << client.heard;
    EXPECT_TRUE(client.ended);
  }
};

HALO_ON_EVERY_POLLER(ServerSessionTest);

TEST_P(ServerSessionTest, AnAnswerThatIsMissingBehindCloseAfterIs500AndSaysSo) {
  serve([](const ServerRequest&, ServerResponse& response) { response.close_after(); });
  Client client = connect();
  say(client, get("/a"));
  expect_refused(client, 500);
}

TEST_P(ServerSessionTest, AMissingAnswerIs500AndTheConnectionStays) {
  serve([](const ServerRequest&, ServerResponse&) {});
  Client client = connect();
  say(client, get("/a"));
  EXPECT_TRUE(client.heard.starts_with("HTTP/1.1 500 ")) << client.heard;
  EXPECT_EQ(client.heard.find("Connection: "), std::string::npos) << client.heard;
  EXPECT_FALSE(client.ended);
}

TEST_P(ServerSessionTest, WhoSendsItsBodyBeforeTheContinueIsToldNothing) {
  serve_echo();
  const std::string head =
      "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  Client client = connect();
  say(client, head + "h");
  EXPECT_EQ(client.heard, "");
  say(client, "i");
  EXPECT_TRUE(client.heard.starts_with("HTTP/1.1 200 ")) << client.heard;
  client.heard.clear();
  say(client, head);
  EXPECT_EQ(client.heard, "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST_P(ServerSessionTest, RefusalOfAHeadRequestHasNoBody) {
  serve_echo();
  const std::string head = "HEAD / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  Client wrong = connect();
  say(wrong, head + "z\r\n");
  expect_refused(wrong, 400);
  EXPECT_TRUE(wrong.heard.ends_with("\r\n\r\n")) << wrong.heard;
  Client late = connect();
  say(late, head + "1\r\n");
  clock_.advance(5s);
  settle(late);
  expect_refused(late, 408);
  EXPECT_TRUE(late.heard.ends_with("\r\n\r\n")) << late.heard;
}

TEST_P(ServerSessionTest, SlowHeadEndsAtItsTimeHoweverOftenItsBytesCome) {
  serve_echo();
  Client client = connect();
  for (int i = 0; i < 20; ++i) {
    say(client, i == 0 ? "GET / HTTP/1.1\r\n" : "A: b\r\n");
    clock_.advance(99ms);
  }
  settle(client);
  EXPECT_EQ(client.heard, "") << "1980 ms";
  clock_.advance(20ms);
  settle(client);
  expect_refused(client, 408);
}

TEST_P(ServerSessionTest, PlainRequestsAndOthersAreAnsweredInTheirOrder) {
  serve([](const ServerRequest& request, ServerResponse& response) {
    response.send(200, "", {request.method, " ", request.target, " ", request.body, "\n"});
  });
  const std::string put = "PUT /c HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi";
  Client client = connect();
  say(client, get("/a") + get("/b") + put + get("/d") + get("/e").substr(0, 9));
  say(client, get("/e").substr(9) + get("/f"));
  const std::string heard = client.heard;
  std::size_t at = 0;
  for (const std::string_view body :
       {"GET /a \n", "GET /b \n", "PUT /c hi\n", "GET /d \n", "GET /e \n", "GET /f \n"}) {
    const std::size_t found = heard.find("\r\n\r\n" + std::string(body), at);
    ASSERT_NE(found, std::string::npos) << body << " in " << heard;
    at = found;
  }
}

TEST_P(ServerSessionTest, NoTimerOfARequestRunsBehindItsEnd) {
  serve_echo();
  Client client = connect();
  const std::string request = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
  for (const char byte : request) {
    say(client, std::string(1, byte));
  }
  EXPECT_TRUE(client.heard.ends_with("\r\n\r\nabc")) << client.heard;
  client.heard.clear();
  clock_.advance(1h);
  settle(client);
  EXPECT_EQ(client.heard, "");
  EXPECT_FALSE(client.ended);
}

}  // namespace
}  // namespace halo::http
