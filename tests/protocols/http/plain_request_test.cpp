// Which requests are plain, and that nothing else is taken for one: each is held against what
// RequestParser reads.

#include "protocols/http/internal/plain_request.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/protocols/http/event_log.hpp"

namespace halo::http {
namespace {

/// Whether it is plain, and then the same to the parser.
bool is_plain(std::string_view bytes, const ParserLimits& limits = {}) {
  const auto [plain, parsed] = read_plain_request(bytes, limits);
  if (!plain.empty()) {
    EXPECT_EQ(plain, parsed) << escaped(bytes);
  }
  return !plain.empty();
}

const std::string kBrowsers =
    "GET /a/b.css?c=d&e=%20 HTTP/1.1\r\nHost: example.com:80\r\nConnection: keep-alive\r\n"
    "User-Agent: Mozilla/5.0 (X11)\r\nAccept:text/css,*/*;q=0.1\r\nCookie:\t a=\xe4 b \t\r\n"
    "Empty:\r\n\r\n";

TEST(PlainRequest, TellsWhatStandsInIt) {
  PlainRequest request;
  ASSERT_TRUE(request.read(kBrowsers + "GET /next", {}));
  EXPECT_EQ(request.bytes(), kBrowsers.size());
  EXPECT_EQ(request.method(), "GET");
  EXPECT_EQ(request.target(), "/a/b.css?c=d&e=%20");
  EXPECT_TRUE(request.keep_alive());
  EXPECT_FALSE(request.head_only());
  EXPECT_EQ(request.headers().size(), 6U);
  EXPECT_EQ(request.headers().get("cookie"), "a=\xe4 b");
  EXPECT_EQ(request.headers().get("empty"), "");
}

TEST(PlainRequest, KeepsNothingOfTheOneBefore) {
  PlainRequest request;
  ASSERT_TRUE(request.read("HEAD /long?er HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", {}));
  EXPECT_TRUE(request.head_only());
  EXPECT_FALSE(request.keep_alive());
  ASSERT_TRUE(request.read("GET / HTTP/1.1\r\nHost: b\r\n\r\n", {}));
  EXPECT_EQ(request.method(), "GET");
  EXPECT_EQ(request.target(), "/");
  EXPECT_FALSE(request.head_only());
  EXPECT_TRUE(request.keep_alive());
  EXPECT_EQ(request.headers().size(), 1U);
  EXPECT_EQ(request.headers().get("Host"), "b");
}

TEST(PlainRequest, TakesWhatNeedsNoCloserLook) {
  EXPECT_TRUE(is_plain(kBrowsers));
  EXPECT_TRUE(is_plain("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(is_plain("HEAD / HTTP/1.1\r\nhOST: a\r\n\r\n"));
  EXPECT_TRUE(is_plain("GET / HTTP/1.1\r\nHost:\r\n\r\n"));
  EXPECT_TRUE(is_plain("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n"));
  EXPECT_TRUE(is_plain("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_TRUE(is_plain("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"));
}

TEST(PlainRequest, LeavesEveryOtherRequestToTheParser) {
  for (const std::string_view first : {"POST / HTTP/1.1",
                                       "GETS / HTTP/1.1",
                                       "get / HTTP/1.1",
                                       "HEADS / HTTP/1.1",
                                       "HEAD * HTTP/1.1",
                                       "HEAD http://a/ HTTP/1.1",
                                       "OPTIONS * HTTP/1.1",
                                       "GET * HTTP/1.1",
                                       "GET http://a/ HTTP/1.1",
                                       "GET / HTTP/1.0",
                                       "GET / HTTP/1.2",
                                       "GET / http/1.1",
                                       "GET /",
                                       "GET  / HTTP/1.1",
                                       "GET /  HTTP/1.1",
                                       "GET / HTTP/1.1 ",
                                       "GET /#a HTTP/1.1",
                                       "GET /\t HTTP/1.1",
                                       "GET /\x7f HTTP/1.1",
                                       "GET /\x80 HTTP/1.1",
                                       "",
                                       "\r\nGET / HTTP/1.1",
                                       " GET / HTTP/1.1"}) {
    EXPECT_FALSE(is_plain(std::string(first) + "\r\nHost: a\r\n\r\n")) << first;
  }
  using namespace std::string_view_literals;
  for (const std::string_view lines : {""sv,
                                       "Hos: a\r\n"sv,
                                       "Host: a\r\nHost: a\r\n"sv,
                                       "Host : a\r\n"sv,
                                       ": a\r\nHost: a\r\n"sv,
                                       "Host\r\n"sv,
                                       "Host: a\r\nX\r\n"sv,
                                       "Host: a\r\n X: y\r\n"sv,
                                       "Host: a\r\n\tX: y\r\n"sv,
                                       "Host: a\n"sv,
                                       "Host: a\r"sv,
                                       "Host: a\rX: y\r\n"sv,
                                       "Host: a\r\r\n"sv,
                                       "Host: a\0\r\n"sv,
                                       "Host: a\x01\r\n"sv,
                                       "Host: a\x7f\r\n"sv,
                                       "H\x80st: a\r\nHost: a\r\n"sv,
                                       "Host: a\r\nContent-Length: 0\r\n"sv,
                                       "Host: a\r\ncontent-LENGTH: 1\r\n"sv,
                                       "Host: a\r\nTransfer-Encoding: chunked\r\n"sv,
                                       "Host: a\r\ntransfer-ENCODING:\r\n"sv}) {
    EXPECT_FALSE(is_plain("GET / HTTP/1.1\r\n" + std::string(lines) + "\r\n")) << escaped(lines);
  }
}

TEST(PlainRequest, LeavesAHeadThatIsNotAllThereToTheParser) {
  for (std::size_t bytes = 0; bytes < kBrowsers.size(); ++bytes) {
    // Behind the view stands what is missing: who looks there sees it.
    const std::string_view begin = std::string_view(kBrowsers).substr(0, bytes);
    EXPECT_FALSE(is_plain(begin)) << escaped(begin);
    // And here nothing, so that a sanitizer sees it.
    const std::vector<char> room(begin.begin(), begin.end());
    EXPECT_FALSE(is_plain({room.data(), room.size()})) << escaped(begin);
  }
}

TEST(PlainRequest, LeavesWhatALimitForbidsToTheParser) {
  ParserLimits limits;
  limits.head_bytes_max = kBrowsers.size();
  EXPECT_TRUE(is_plain(kBrowsers, limits));
  --limits.head_bytes_max;
  EXPECT_FALSE(is_plain(kBrowsers, limits));
  limits = {};
  limits.line_bytes_max = std::string_view("GET /a/b.css?c=d&e=%20 HTTP/1.1").size() - 1;
  EXPECT_FALSE(is_plain(kBrowsers, limits));
  limits = {};
  limits.fields_max = 6;
  EXPECT_TRUE(is_plain(kBrowsers, limits));
  --limits.fields_max;
  EXPECT_FALSE(is_plain(kBrowsers, limits));
}

TEST(PlainRequest, LeavesOneOfMoreFieldsThanUsualToTheParser) {
  std::string request = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 31; ++i) {
    request += "X: y\r\n";
  }
  EXPECT_TRUE(is_plain(request + "\r\n"));
  EXPECT_FALSE(is_plain(request + "X: y\r\n\r\n"));
}

}  // namespace
}  // namespace halo::http
