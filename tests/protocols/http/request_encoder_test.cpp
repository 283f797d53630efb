#include "protocols/http/request_encoder.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "tests/support/seed.hpp"

namespace halo::http {
namespace {

using namespace std::string_literals;
using Framing = BodyForm::Framing;

Request get(std::string_view url) { return {"GET", Url::parse(url).value()}; }

void add(Request& request, std::string_view name, std::string_view value) {
  ASSERT_FALSE(request.headers.add(name, value));
}

std::string head_of(const Request& request, TargetForm form = TargetForm::kOrigin) {
  std::string head;
  EXPECT_FALSE(append_request_head(head, request, form));
  return head;
}

std::error_code error_of(const Request& request) {
  std::string out = "kept";
  const std::error_code error = append_request_head(out, request);
  EXPECT_EQ(out, "kept");
  return error;
}

TEST(RequestEncoder, AGetIsItsTargetAndItsHost) {
  EXPECT_EQ(head_of(get("http://Example.org")), "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
  EXPECT_EQ(head_of(get("https://example.org:8443/a?b#c")),
            "GET /a?b HTTP/1.1\r\nHost: example.org:8443\r\n\r\n");
  EXPECT_EQ(head_of(get("http://[::1]:81/")), "GET / HTTP/1.1\r\nHost: [::1]:81\r\n\r\n");
}

TEST(RequestEncoder, AppendsBehindWhatIsThere) {
  std::string out = "before ";
  EXPECT_FALSE(append_request_head(out, get("http://a/")));
  EXPECT_EQ(out, "before GET / HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST(RequestEncoder, HeadersKeepTheirOrderBehindHost) {
  Request request = get("http://a/");
  add(request, "B", "1");
  add(request, "a", "");
  add(request, "B", "2");
  EXPECT_EQ(head_of(request), "GET / HTTP/1.1\r\nHost: a\r\nB: 1\r\na: \r\nB: 2\r\n\r\n");
}

TEST(RequestEncoder, AHostOfTheCallersOwnStandsFirst) {
  Request request = get("http://127.0.0.1:8080/");
  add(request, "Accept", "*/*");
  add(request, "host", "example.org");
  EXPECT_EQ(head_of(request), "GET / HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\n\r\n");
  add(request, "Host", "example.org");
  EXPECT_EQ(error_of(request), HttpErrc::kMissingHost);
}

TEST(RequestEncoder, AProxyIsAskedForTheWholeUrlButItsSecrets) {
  EXPECT_EQ(head_of(get("http://a:81/b?c#d"), TargetForm::kAbsolute),
            "GET http://a:81/b?c HTTP/1.1\r\nHost: a:81\r\n\r\n");
  const std::string head = head_of(get("http://user:secret@a/"), TargetForm::kAbsolute);
  EXPECT_TRUE(head.starts_with("GET http://a/ HTTP/1.1\r\nHost: a\r\n")) << head;
}

TEST(RequestEncoder, ATunnelIsAskedForByHostAndPort) {
  std::string head;
  Headers headers;
  ASSERT_FALSE(headers.add("Proxy-Authorization", "Basic eDp5"));
  EXPECT_FALSE(append_connect_head(head, Url::parse("https://u:p@a/b").value(), headers));
  EXPECT_EQ(head,
            "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nProxy-Authorization: Basic eDp5\r\n\r\n");
  head.clear();
  EXPECT_FALSE(append_connect_head(head, Url::parse("https://[::1]:81/").value(), {}));
  EXPECT_EQ(head, "CONNECT [::1]:81 HTTP/1.1\r\nHost: [::1]:81\r\n\r\n");
}

TEST(RequestEncoder, TheUrlsUserIsAuthorization) {
  Request request = get("http://Aladdin:open%20sesame@a/");
  EXPECT_EQ(
      head_of(request),
      "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n");
  add(request, "authorization", "Bearer x");
  EXPECT_EQ(head_of(request), "GET / HTTP/1.1\r\nHost: a\r\nauthorization: Bearer x\r\n\r\n");
  EXPECT_EQ(error_of(get("http://a%3Ab:c@a/")), HttpErrc::kBadCredentials);
}

TEST(RequestEncoder, ABodyIsFramed) {
  const struct {
    const char* method;
    BodyForm body;
    const char* framing;
  } cases[] = {
      {"GET", {}, ""},
      {"HEAD", {}, ""},
      {"DELETE", {}, ""},
      {"OPTIONS", {}, ""},
      {"POST", {}, "Content-Length: 0\r\n"},
      {"PUT", {}, "Content-Length: 0\r\n"},
      {"PATCH", {}, "Content-Length: 0\r\n"},
      {"POST", {Framing::kLength, 0}, "Content-Length: 0\r\n"},
      {"POST", {Framing::kLength, 12}, "Content-Length: 12\r\n"},
      {"GET", {Framing::kLength, 12}, "Content-Length: 12\r\n"},
      {"PUT",
       {Framing::kLength, 18'446'744'073'709'551'615U},
       "Content-Length: 18446744073709551615\r\n"},
      {"POST", {Framing::kChunked}, "Transfer-Encoding: chunked\r\n"},
  };
  for (const auto& one : cases) {
    Request request = get("http://a/");
    request.method = one.method;
    request.body = one.body;
    EXPECT_EQ(head_of(request), one.method + " / HTTP/1.1\r\nHost: a\r\n"s + one.framing + "\r\n");
  }
}

TEST(RequestEncoder, FramingIsNotSetByHand) {
  for (const char* name : {"Content-Length", "content-length", "Transfer-Encoding"}) {
    Request request = get("http://a/");
    add(request, name, "0");
    EXPECT_EQ(error_of(request), HttpErrc::kFramingHeader) << name;
  }
}

TEST(RequestEncoder, AMethodIsATokenAndNoTunnel) {
  Request request = get("http://a/");
  request.method = "x-Custom";
  EXPECT_EQ(head_of(request), "x-Custom / HTTP/1.1\r\nHost: a\r\n\r\n");
  for (const std::string& method : {""s, " "s, "GET "s, "G ET"s, "GET\r\n"s, "GET\n"s, "GET\0"s,
                                    "GET /x HTTP/1.1\r\nX:"s, "G\tT"s, "\xc3\xa9"s, "CONNECT"s}) {
    request.method = method;
    EXPECT_EQ(error_of(request), HttpErrc::kBadMethod) << method;
  }
}

// Headers that were filled without a check, as a parser does, are looked at before they leave.
TEST(RequestEncoder, NoHeaderBecomesALineOfItsOwn) {
  const struct {
    std::string name;
    std::string value;
    HttpErrc error;
  } cases[] = {
      {"A\r\nB", "x", HttpErrc::kBadHeaderName}, {"", "x", HttpErrc::kBadHeaderName},
      {"A:", "x", HttpErrc::kBadHeaderName},     {"A", "x\r\nB: y", HttpErrc::kBadHeaderValue},
      {"A", "x\ny", HttpErrc::kBadHeaderValue},  {"A", "x\ry", HttpErrc::kBadHeaderValue},
      {"A", "x\0y"s, HttpErrc::kBadHeaderValue}, {"Host", "a\r\nX: y", HttpErrc::kBadHeaderValue},
      {"A", "\r\n", HttpErrc::kBadHeaderValue},  {"A", " x", HttpErrc::kBadHeaderValue},
  };
  for (const auto& one : cases) {
    Request request = get("http://a/");
    ASSERT_TRUE(request.headers.add_parsed(one.name, one.value));
    EXPECT_EQ(error_of(request), one.error) << one.name << ": " << one.value;
    std::string out = "kept";
    EXPECT_EQ(append_connect_head(out, request.url, request.headers), one.error) << one.name;
    EXPECT_EQ(out, "kept");
  }
}

TEST(RequestEncoder, WhateverGoesInTheHeadHasTheLinesItWasGiven) {
  test::Random random(test::seed());
  const auto noise = [&random](std::size_t bytes_max) {
    constexpr std::string_view kBytes{"aB-: \r\n\0\t\x7f\xff,/", 14};
    std::string text(random.below(bytes_max), ' ');
    for (char& c : text) {
      c = random.one_in(4) ? kBytes[random.below(kBytes.size())] : 'x';
    }
    return text;
  };
  std::size_t encoded = 0;
  for (int i = 0; i < 20'000; ++i) {
    Request request = get("http://a/");
    request.method = "G" + noise(3);
    const std::size_t fields = random.below(3);
    for (std::size_t field = 0; field < fields; ++field) {
      ASSERT_TRUE(request.headers.add_parsed("N" + noise(3), noise(5)));
    }
    std::string head;
    if (append_request_head(head, request)) {
      ASSERT_EQ(head, "");
      continue;
    }
    ++encoded;
    std::size_t lines = 0;
    for (std::size_t at = head.find('\n'); at != std::string::npos; at = head.find('\n', at + 1)) {
      ASSERT_EQ(head[at - 1], '\r') << head;
      ++lines;
    }
    ASSERT_EQ(lines, fields + 3) << head;
    ASSERT_EQ(head.find("\r\n\r\n"), head.size() - 4) << head;
    ASSERT_EQ(head.find('\0'), std::string::npos) << head;
  }
  EXPECT_GT(encoded, 100U);
}

}  // namespace
}  // namespace halo::http
