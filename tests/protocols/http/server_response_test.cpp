#include "protocols/http/server_response.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/head_start.hpp"
#include "tests/support/simulated_clock.hpp"

namespace halo::http {
namespace {

class ServerResponseTest : public testing::Test {
 protected:
  static constexpr ServerResponse::Terms kKept{Version::kHttp11, false, true};

  ServerResponse response(ServerResponse::Terms terms = kKept) {
    return ServerResponse(out_, heads_, clock_.now(), terms);
  }

  std::string text() const {
    return {reinterpret_cast<const char*>(out_.bytes().data()), out_.size()};
  }

  /// What `answer` writes, without its Date line, which must be there once.
  std::string written(ServerResponse::Terms terms,
                      const std::function<void(ServerResponse&)>& answer) {
    out_.clear();
    ServerResponse response = this->response(terms);
    answer(response);
    EXPECT_TRUE(response.finish());
    keep_alive_ = response.keep_alive();
    constexpr std::size_t kDateLineBytes = 37;
    std::string text = this->text();
    const std::size_t date = text.find("Date: ");
    EXPECT_NE(date, std::string::npos);
    EXPECT_EQ(text.find("\r\n", date), date + kDateLineBytes - 2);
    return text.erase(date, kDateLineBytes);
  }

  std::string sent(ServerResponse::Terms terms, int status, std::string_view body) {
    return written(terms, [status, body](ServerResponse& response) {
      response.send(status, "text/plain", body);
    });
  }

  std::string chunked(ServerResponse::Terms terms, int status = 200) {
    return written(terms, [status](ServerResponse& response) {
      response.begin_chunks(status, "text/plain");
      response.write("Hello, ");
      response.write("");
      response.write(std::string(16, 'x'));
    });
  }

  test::SimulatedClock clock_;
  HeadStart heads_;
  Buffer out_;
  bool keep_alive_ = false;
};

constexpr ServerResponse::Terms kHead{Version::kHttp11, true, true};
constexpr ServerResponse::Terms kClosing{Version::kHttp11, false, false};
constexpr ServerResponse::Terms kOldKept{Version::kHttp10, false, true};
constexpr ServerResponse::Terms kOldClosing{Version::kHttp10, false, false};

TEST_F(ServerResponseTest, SendsTheWholeAnswer) {
  EXPECT_EQ(sent(kKept, 200, "Hello"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nHello");
  EXPECT_EQ(sent(kKept, 404, ""),
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n");
}

TEST_F(ServerResponseTest, SendsABodyInPieces) {
  EXPECT_EQ(written(kKept,
                    [](ServerResponse& response) {
                      response.send(200, "", {"Hello, ", "", "Bond", "!"});
                    }),
            "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nHello, Bond!");
}

TEST_F(ServerResponseTest, AnswersThatFollowEachOtherHaveTheirOwnHeads) {
  EXPECT_EQ(sent(kKept, 200, "a").substr(0, 15), "HTTP/1.1 200 OK");
  EXPECT_EQ(sent(kKept, 201, "a").substr(0, 20), "HTTP/1.1 201 Created");
  EXPECT_EQ(written(kKept, [](ServerResponse& response) { response.send(201, "a/b", "x"); }),
            "HTTP/1.1 201 Created\r\nContent-Type: a/b\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_EQ(written(kKept, [](ServerResponse& response) { response.send(201, "", "x"); }),
            "HTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx");
}

TEST_F(ServerResponseTest, AStatusWithoutAPhraseKeepsItsBlank) {
  EXPECT_EQ(sent(kKept, 299, "").substr(0, 15), "HTTP/1.1 299 \r\n");
}

TEST_F(ServerResponseTest, SaysWhatBecomesOfTheConnection) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n";
  EXPECT_EQ(sent(kClosing, 200, "x"), head + "Connection: close\r\n\r\nx");
  EXPECT_FALSE(keep_alive_);
  EXPECT_EQ(sent(kOldKept, 200, "x"), head + "Connection: keep-alive\r\n\r\nx");
  EXPECT_TRUE(keep_alive_);
  EXPECT_EQ(sent(kOldClosing, 200, "x"), head + "Connection: close\r\n\r\nx");
  EXPECT_EQ(written(kKept,
                    [](ServerResponse& response) {
                      response.close_after();
                      response.send(200, "text/plain", "x");
                    }),
            head + "Connection: close\r\n\r\nx");
  EXPECT_FALSE(keep_alive_);
}

TEST_F(ServerResponseTest, AnswersHeadWithTheLengthAndWithoutTheBody) {
  EXPECT_EQ(sent(kHead, 200, "Hello"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(chunked(kHead),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST_F(ServerResponseTest, NoContentAndNotModifiedHaveNoBodyAndNoFraming) {
  for (const int status : {204, 304}) {
    const std::string head =
        std::string(status == 204 ? "HTTP/1.1 204 No Content" : "HTTP/1.1 304 Not Modified") +
        "\r\nContent-Type: text/plain\r\n\r\n";
    EXPECT_EQ(sent(kKept, status, "Hello"), head);
    EXPECT_EQ(chunked(kKept, status), head);
    EXPECT_TRUE(keep_alive_);
  }
  EXPECT_EQ(
      chunked(kOldKept, 204),
      "HTTP/1.1 204 No Content\r\nContent-Type: text/plain\r\nConnection: keep-alive\r\n\r\n");
}

TEST_F(ServerResponseTest, ABodyOfUnknownLengthComesInChunks) {
  EXPECT_EQ(chunked(kKept),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
            "7\r\nHello, \r\n10\r\nxxxxxxxxxxxxxxxx\r\n0\r\n\r\n");
  EXPECT_TRUE(keep_alive_);
}

TEST_F(ServerResponseTest, Http10GetsNoChunksButTheEndOfTheConnection) {
  EXPECT_EQ(chunked(kOldKept),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
            "Hello, xxxxxxxxxxxxxxxx");
  EXPECT_FALSE(keep_alive_);
}

TEST_F(ServerResponseTest, AddedFieldsStandBehindTheServersOwn) {
  EXPECT_EQ(written(kKept,
                    [](ServerResponse& response) {
                      EXPECT_FALSE(response.add_header("Allow", "GET, HEAD"));
                      EXPECT_FALSE(response.add_header("X-Empty", ""));
                      response.send(405, "", "");
                    }),
            "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\nX-Empty: \r\n"
            "Content-Length: 0\r\n\r\n");
}

TEST_F(ServerResponseTest, RefusesFieldsThatAreItsOwnOrNoFields) {
  ServerResponse response = this->response();
  for (const char* const own :
       {"date", "Content-Length", "content-type", "Transfer-Encoding", "CONNECTION"}) {
    EXPECT_EQ(response.add_header(own, "1"), HttpErrc::kBadHeaderName) << own;
  }
  EXPECT_EQ(response.add_header("a b", "1"), HttpErrc::kBadHeaderName);
  EXPECT_EQ(response.add_header("a", "1\r\nb: 2"), HttpErrc::kBadHeaderValue);
  response.send(200, "", "");
  EXPECT_TRUE(text().ends_with("GMT\r\nContent-Length: 0\r\n\r\n")) << text();
}

TEST_F(ServerResponseTest, KnowsWhenNothingWasAnswered) {
  ServerResponse response = this->response();
  EXPECT_FALSE(response.finish());
  EXPECT_EQ(text(), "");
}

using ServerResponseDeathTest = ServerResponseTest;

TEST_F(ServerResponseDeathTest, AbortsOnWhatOnlyABugDoes) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(response().send(100, "", ""), "200 to 599");
  EXPECT_DEATH(response().send(600, "", ""), "200 to 599");
  EXPECT_DEATH(response().send(200, "a\nb", ""), "no head can carry");
  EXPECT_DEATH(response().write("x"), "behind begin_chunks");
  EXPECT_DEATH((void)response().later(), "nobody to answer");
  ServerResponse twice = response();
  twice.send(200, "", "");
  EXPECT_DEATH(twice.send(200, "", ""), "a second answer");
  EXPECT_DEATH(twice.begin_chunks(200, ""), "a second answer");
  EXPECT_DEATH((void)twice.later(), "a second answer");
  EXPECT_DEATH((void)twice.add_header("A", "b"), "written already");
}

}  // namespace
}  // namespace halo::http
