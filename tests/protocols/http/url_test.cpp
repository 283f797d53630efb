#include "protocols/http/url.hpp"

#include <string>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"

namespace halo::http {
namespace {

using namespace std::string_literals;

Url url_of(std::string_view text) {
  std::size_t fault_at = 0;
  Result<Url> url = Url::parse(text, &fault_at);
  EXPECT_TRUE(url) << explain_bad_url(text, url.error(), fault_at);
  return *std::move(url);
}

TEST(Url, HasItsParts) {
  const Url url = url_of("https://us%65r:p%40ss@Example.ORG:8443/a/b?x=1&y#part");
  EXPECT_EQ(url.scheme(), Url::Scheme::kHttps);
  EXPECT_TRUE(url.has_userinfo());
  EXPECT_EQ(url.user(), "user");
  EXPECT_EQ(url.password(), "p@ss");
  EXPECT_EQ(url.host(), "example.org");
  EXPECT_EQ(url.port(), 8443);
  EXPECT_EQ(url.path(), "/a/b");
  EXPECT_EQ(url.query(), "x=1&y");
  EXPECT_EQ(url.target(), "/a/b?x=1&y");
  EXPECT_EQ(url.fragment(), "part");
  EXPECT_EQ(url.authority(), "example.org:8443");
  EXPECT_EQ(url.host_and_port(), "example.org:8443");
  EXPECT_EQ(url.origin(), "https://example.org:8443");
  EXPECT_EQ(url.absolute_form(), "https://example.org:8443/a/b?x=1&y");
  EXPECT_EQ(url.to_string(), "https://us%65r:p%40ss@example.org:8443/a/b?x=1&y#part");
}

TEST(Url, HasDefaultsForWhatIsLeftOut) {
  const Url url = url_of("http://example.org");
  EXPECT_EQ(url.scheme_name(), "http");
  EXPECT_FALSE(url.has_userinfo());
  EXPECT_EQ(url.user(), "");
  EXPECT_EQ(url.password(), "");
  EXPECT_EQ(url.port(), 80);
  EXPECT_EQ(url.path(), "/");
  EXPECT_EQ(url.target(), "/");
  EXPECT_FALSE(url.query());
  EXPECT_FALSE(url.fragment());
  EXPECT_EQ(url.authority(), "example.org");
  EXPECT_EQ(url.host_and_port(), "example.org:80");
  EXPECT_EQ(url_of("https://example.org").port(), 443);
}

TEST(Url, IsNormalised) {
  const struct {
    std::string text;
    std::string normal;
  } cases[] = {
      {"HTTP://EXAMPLE.ORG/A", "http://example.org/A"},
      {"hTTpS://a", "https://a/"},
      {"http://a:80/", "http://a/"},
      {"https://a:443/", "https://a/"},
      {"http://a:443/", "http://a:443/"},
      {"https://a:80/", "https://a:80/"},
      {"http://a:/", "http://a/"},
      {"http://a:0080/", "http://a/"},
      {"http://a:0/", "http://a:0/"},
      {"http://a:65535", "http://a:65535/"},
      {"http://a?x", "http://a/?x"},
      {"http://a#x", "http://a/#x"},
      {"http://a/?", "http://a/?"},
      {"http://a/#", "http://a/#"},
      {"http://a/?#", "http://a/?#"},
      {"http://a/?x?y#z?#", "http://a/?x?y#z?#"},
      {"http://[::1]", "http://[::1]/"},
      {"http://[2001:DB8::0001]:8080/", "http://[2001:db8::1]:8080/"},
      {"http://u@a/", "http://u@a/"},
      {"http://u:@a/", "http://u:@a/"},
      {"http://:p@a/", "http://:p@a/"},
      {"http://@a/", "http://@a/"},
      {"http://a/b/./c/../d", "http://a/b/d"},
      {"http://a/..", "http://a/"},
      {"http://a/../../b/..", "http://a/"},
      {"http://a/b/.", "http://a/b/"},
      {"http://a/b//../c", "http://a/b/c"},
      {"http://a//b", "http://a//b"},
      {"http://a//../b", "http://a/b"},
      {"http://a/.//b", "http://a//b"},
      {"http://a/...", "http://a/..."},
      {"http://a/%2e%2e/b", "http://a/%2e%2e/b"},
      {"http://a/b?../c", "http://a/b?../c"},
      {"http://a/%00%0d%0a", "http://a/%00%0d%0a"},
      {"http://a/x[]|^`{}<>\"?y[]|^`{}<>\"#z[]|^`{}<>\"",
       "http://a/x[]|^`{}<>\"?y[]|^`{}<>\"#z[]|^`{}<>\""},
      {"http://a/b@c:d", "http://a/b@c:d"},
      {"http://a/b?u@c:d/", "http://a/b?u@c:d/"},
      {"http://a?b@c", "http://a/?b@c"},
      {"http://a#b@c", "http://a/#b@c"},
  };
  for (const auto& one : cases) {
    const Url url = url_of(one.text);
    EXPECT_EQ(url.to_string(), one.normal) << one.text;
    EXPECT_EQ(url_of(url.to_string()), url) << one.text;
  }
}

struct Refusal {
  std::string text;
  HttpErrc error;
  std::size_t fault_at;
};

TEST(Url, WhatIsNoUrlIsRefusedWithThePlaceOfTheFault) {
  const Refusal cases[] = {
      {"", HttpErrc::kUrlEmpty, 0},
      {" http://a/", HttpErrc::kUrlBadByte, 0},
      {"http://a/ ", HttpErrc::kUrlBadByte, 9},
      {"http://a/b c", HttpErrc::kUrlBadByte, 10},
      {"http://a/\t", HttpErrc::kUrlBadByte, 9},
      {"http://a/\r\nX: y", HttpErrc::kUrlBadByte, 9},
      {"http://a/\n", HttpErrc::kUrlBadByte, 9},
      {"http://a/\0"s, HttpErrc::kUrlBadByte, 9},
      {"http://a\0.b/"s, HttpErrc::kUrlBadByte, 8},
      {"http://a/\x7f", HttpErrc::kUrlBadByte, 9},
      {"http://a/?\x1b", HttpErrc::kUrlBadByte, 10},
      {"http://a/#\x01", HttpErrc::kUrlBadByte, 10},
      {"http://a\\@b/", HttpErrc::kUrlBadByte, 8},
      {"http:\\\\a/", HttpErrc::kUrlBadByte, 5},
      {"http://b\xc3\xbc/", HttpErrc::kUrlNotAscii, 8},
      {"http://a/\xc3\xbc", HttpErrc::kUrlNotAscii, 9},
      {"a", HttpErrc::kUrlNoScheme, 0},
      {"/a", HttpErrc::kUrlNoScheme, 0},
      {"//a/", HttpErrc::kUrlNoScheme, 0},
      {"?http://a/", HttpErrc::kUrlNoScheme, 0},
      {"://a/", HttpErrc::kUrlNoScheme, 0},
      {"1http://a/", HttpErrc::kUrlNoScheme, 0},
      {"ht*tp://a/", HttpErrc::kUrlNoScheme, 0},
      {"ftp://a/", HttpErrc::kUrlUnknownScheme, 0},
      {"file:///etc/passwd", HttpErrc::kUrlUnknownScheme, 0},
      {"httpx://a/", HttpErrc::kUrlUnknownScheme, 0},
      {"javascript:alert(1)", HttpErrc::kUrlUnknownScheme, 0},
      {"http", HttpErrc::kUrlNoScheme, 0},
      {"http:", HttpErrc::kUrlNoHost, 5},
      {"http:/a", HttpErrc::kUrlNoHost, 5},
      {"http:a", HttpErrc::kUrlNoHost, 5},
      {"http://", HttpErrc::kUrlNoHost, 7},
      {"http:///a", HttpErrc::kUrlNoHost, 7},
      {"http://?a", HttpErrc::kUrlNoHost, 7},
      {"http://:80/", HttpErrc::kUrlNoHost, 7},
      {"http://u@/", HttpErrc::kUrlNoHost, 9},
      {"http://u@:80/", HttpErrc::kUrlNoHost, 9},
      {"http://a%2Fb/", HttpErrc::kUrlBadHost, 7},
      {"http://a%2fb@c/%", HttpErrc::kUrlBadPercent, 15},
      {"http://a%00b/", HttpErrc::kUrlBadHost, 7},
      {"http://a%zz/", HttpErrc::kUrlBadHost, 7},
      {"http://u@a@b/", HttpErrc::kUrlBadHost, 9},
      {"http://127.1/", HttpErrc::kUrlBadHost, 7},
      {"http://a,b/", HttpErrc::kUrlBadHost, 7},
      {"http://::1/", HttpErrc::kUrlNoHost, 7},
      {"http://a]/", HttpErrc::kUrlBadHost, 7},
      {"http://[::1/", HttpErrc::kUrlBadIpv6, 7},
      {"http://[::1]a/", HttpErrc::kUrlBadIpv6, 7},
      {"http://[fe80::1%25eth0]/", HttpErrc::kUrlBadIpv6, 7},
      {"http://[127.0.0.1]/", HttpErrc::kUrlBadIpv6, 7},
      {"http://a:b/", HttpErrc::kUrlBadPort, 9},
      {"http://a:80:80/", HttpErrc::kUrlBadPort, 9},
      {"http://a:65536/", HttpErrc::kUrlBadPort, 9},
      {"http://a:99999999999999999999/", HttpErrc::kUrlBadPort, 9},
      {"http://a:-1/", HttpErrc::kUrlBadPort, 9},
      {"http://a:+1/", HttpErrc::kUrlBadPort, 9},
      {"http://a:0x50/", HttpErrc::kUrlBadPort, 9},
      {"http://a:8%30/", HttpErrc::kUrlBadPort, 9},
      {"http://[::1]:x/", HttpErrc::kUrlBadPort, 13},
      {"http://u%0d%0a@a/", HttpErrc::kUrlBadUserinfo, 7},
      {"http://u%00@a/", HttpErrc::kUrlBadUserinfo, 7},
      {"http://u[@a/", HttpErrc::kUrlBadUserinfo, 8},
      {"http://u%@a/", HttpErrc::kUrlBadPercent, 8},
      {"http://a/%", HttpErrc::kUrlBadPercent, 9},
      {"http://a/%4", HttpErrc::kUrlBadPercent, 9},
      {"http://a/%4g", HttpErrc::kUrlBadPercent, 9},
      {"http://a/%41%g4", HttpErrc::kUrlBadPercent, 12},
      {"http://a/?%", HttpErrc::kUrlBadPercent, 10},
      {"http://a/#%", HttpErrc::kUrlBadPercent, 10},
  };
  for (const Refusal& one : cases) {
    std::size_t fault_at = 99;
    const Result<Url> url = Url::parse(one.text, &fault_at);
    EXPECT_EQ(url.error(), one.error) << one.text << ": " << url.error().message();
    EXPECT_EQ(fault_at, one.fault_at) << one.text;
  }
}

TEST(Url, IsBounded) {
  const std::string longest = "http://a/" + std::string(Url::kBytesMax - 9, 'x');
  EXPECT_TRUE(Url::parse(longest));
  EXPECT_EQ(Url::parse(longest + 'x').error(), HttpErrc::kUrlTooLong);
  // Also where normalising or resolving made it longer.
  EXPECT_EQ(Url::parse("http://a?" + std::string(Url::kBytesMax - 9, 'x')).error(),
            HttpErrc::kUrlTooLong);
  EXPECT_EQ(url_of("http://a/b").resolve(std::string(Url::kBytesMax - 8, 'x')).error(),
            HttpErrc::kUrlTooLong);
}

TEST(Url, FromTheHandHttpIsPresumed) {
  const struct {
    std::string text;
    std::string normal;
  } cases[] = {
      {"example.org", "http://example.org/"},
      {"example.org/x?y#z", "http://example.org/x?y#z"},
      {"localhost:8080", "http://localhost:8080/"},
      {"example.org:80/x", "http://example.org/x"},
      {"127.0.0.1:9999", "http://127.0.0.1:9999/"},
      {"[::1]:80/x", "http://[::1]/x"},
      {"user:password@example.org/", "http://user:password@example.org/"},
      {"https://example.org", "https://example.org/"},
      {"HTTP://example.org", "http://example.org/"},
      {"example.org/?u=ftp://x", "http://example.org/?u=ftp://x"},
      {"localhost:", "http://localhost/"},
  };
  for (const auto& one : cases) {
    const Result<Url> url = Url::parse_from_hand(one.text);
    ASSERT_TRUE(url) << one.text;
    EXPECT_EQ(url->to_string(), one.normal);
  }
}

TEST(Url, FromTheHandWhatIsWrongIsToldWhereItStandsInTheText) {
  const Refusal cases[] = {
      {"", HttpErrc::kUrlEmpty, 0},
      {"/x", HttpErrc::kUrlNoHost, 0},
      {"exa mple.org", HttpErrc::kUrlBadByte, 3},
      {"example.org:x", HttpErrc::kUrlBadPort, 12},
      {"ftp://example.org/", HttpErrc::kUrlUnknownScheme, 0},
      {"file:/etc/passwd", HttpErrc::kUrlUnknownScheme, 0},
      {"http:/example.org", HttpErrc::kUrlNoHost, 5},
      {"http:example.org", HttpErrc::kUrlNoHost, 5},
      {"https:", HttpErrc::kUrlNoHost, 6},
      {"?", HttpErrc::kUrlNoHost, 0},
  };
  for (const Refusal& one : cases) {
    std::size_t fault_at = 99;
    EXPECT_EQ(Url::parse_from_hand(one.text, &fault_at).error(), one.error) << one.text;
    EXPECT_EQ(fault_at, one.fault_at) << one.text;
  }
}

TEST(Url, SameOriginIsSchemeHostAndPort) {
  const Url url = url_of("http://u@a/x");
  EXPECT_TRUE(url.same_origin(url_of("http://A:80/y")));
  for (const char* other : {"https://a:80/x", "http://b/x", "http://a:81/x", "http://a./x"}) {
    EXPECT_FALSE(url.same_origin(url_of(other))) << other;
  }
}

TEST(Url, SecretsStayBehindInTheAbsoluteForm) {
  Url url = url_of("http://user:secret@a:81/x?y#z");
  EXPECT_EQ(url.absolute_form(), "http://a:81/x?y");
  EXPECT_EQ(url.origin(), "http://a:81");
  url.drop_userinfo();
  EXPECT_EQ(url.to_string(), "http://a:81/x?y#z");
}

TEST(Url, AFragmentIsInheritedWhereThereIsNone) {
  const Url from = url_of("http://a/#old");
  Url url = url_of("http://b/");
  url.inherit_fragment(from);
  EXPECT_EQ(url.fragment(), "old");
  for (const char* own : {"http://b/#new", "http://b/#"}) {
    Url kept = url_of(own);
    kept.inherit_fragment(from);
    EXPECT_EQ(kept.to_string(), own);
  }
}

TEST(Url, AFaultIsExplainedInOneLine) {
  EXPECT_EQ(
      explain_bad_url("http://a/b c", HttpErrc::kUrlBadByte, 10),
      "bad URL 'http://a/b c', byte 11 (' '): " + make_error_code(HttpErrc::kUrlBadByte).message());
  EXPECT_EQ(explain_bad_url("\x1b[m\n\xff", HttpErrc::kUrlBadByte, 0),
            "bad URL '\\x1b[m\\x0a\\xff', byte 1 ('\\x1b'): " +
                make_error_code(HttpErrc::kUrlBadByte).message());
  EXPECT_EQ(explain_bad_url("http://", HttpErrc::kUrlNoHost, 7),
            "bad URL 'http://', byte 8: no host");
  EXPECT_LT(explain_bad_url(std::string(100'000, 'x'), HttpErrc::kUrlTooLong, 9).size(), 300U);
}

}  // namespace
}  // namespace halo::http
