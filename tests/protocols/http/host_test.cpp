#include "protocols/http/host.hpp"

#include <string>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"

namespace halo::http {
namespace {

using namespace std::string_literals;

TEST(HttpHost, IsNormalised) {
  const struct {
    std::string host;
    std::string normal;
    bool address;
  } cases[] = {
      {"example.org", "example.org", false},
      {"EXAMPLE.Org", "example.org", false},
      {"example.org.", "example.org.", false},
      {"localhost", "localhost", false},
      {"a", "a", false},
      {"a_b.c-d", "a_b.c-d", false},
      {"xn--bcher-kva.example", "xn--bcher-kva.example", false},
      {"1.example", "1.example", false},
      {"1a", "1a", false},
      {"0xg", "0xg", false},
      {"127.0.0.1", "127.0.0.1", true},
      {"255.255.255.255", "255.255.255.255", true},
      {"[::1]", "[::1]", true},
      {"[2001:DB8:0:0:0:0:0:1]", "[2001:db8::1]", true},
      {"[::FFFF:1.2.3.4]", "[::ffff:1.2.3.4]", true},
      {std::string(63, 'a') + ".b", std::string(63, 'a') + ".b", false},
  };
  for (const auto& one : cases) {
    const Result<std::string> normal = normal_host(one.host);
    ASSERT_TRUE(normal) << one.host << ": " << normal.error().message();
    EXPECT_EQ(*normal, one.normal);
    EXPECT_EQ(normal_host(*normal).value(), *normal);
    EXPECT_EQ(is_ip_address(*normal), one.address) << one.host;
  }
}

TEST(HttpHost, WhatIsNoHostIsRefused) {
  const std::string cases[] = {
      ".",
      "..",
      ".a",
      "a..b",
      "a b",
      "a/b",
      "a%2fb",
      "a%2Fb",
      "%61",
      "a\\b",
      "a@b",
      "a:b",
      "a?b",
      "a#b",
      "a\tb",
      "a\0b"s,
      "a\r\nb",
      "a,b",
      "a;b",
      "a!b",
      "a$b",
      "a&b",
      "a'b",
      "(a)",
      "a*b",
      "a+b",
      "a=b",
      "a~b",
      "b\xc3\xbc",
      "a]",
      "1.2.3",
      "127.1",
      "2130706433",
      "0x7f.0.0.1",
      "127.0.0.0x1",
      "0x",
      "0177.0.0.1",
      "256.1.1.1",
      "1.2.3.4.5",
      "1.2.3.4.",
      "a.1",
      "a.0x1f",
      "a.0x",
      "01.2.3.4",
      "\xef\xbc\x91",
      "a..",
      "*.example.org",
      "{a}",
      std::string(64, 'a'),
      std::string(300, 'a'),
  };
  for (const std::string& host : cases) {
    EXPECT_EQ(normal_host(host).error(), HttpErrc::kUrlBadHost) << host;
  }
  EXPECT_EQ(normal_host("").error(), HttpErrc::kUrlNoHost);
}

TEST(HttpHost, ANameMayHave253Bytes) {
  std::string name = std::string(63, 'a') + '.' + std::string(63, 'b') + '.' +
                     std::string(63, 'c') + '.' + std::string(61, 'd');
  ASSERT_EQ(name.size(), 253U);
  EXPECT_TRUE(normal_host(name));
  EXPECT_TRUE(normal_host(name + '.'));
  EXPECT_FALSE(normal_host(name + 'd'));
}

TEST(HttpHost, WhatIsNoIpv6AddressInBracketsIsRefused) {
  const std::string cases[] = {
      "[",      "[]",     "[::1",         "[::1]x",      "[[::1]]",   "[127.0.0.1]",
      "[a]",    "[::g]",  "[::1%25eth0]", "[fe80::1%1]", "[:::1]",    "[1:2:3:4:5:6:7:8:9]",
      "[::1]]", "[::1 ]", "[::1\0]"s,     "[v1.a]",      "[::1.2.3]",
  };
  for (const std::string& host : cases) {
    EXPECT_EQ(normal_host(host).error(), HttpErrc::kUrlBadIpv6) << host;
  }
}

TEST(HttpHost, BracketsComeOff) {
  EXPECT_EQ(without_brackets("[::1]"), "::1");
  EXPECT_EQ(without_brackets("example.org"), "example.org");
  EXPECT_EQ(without_brackets("["), "[");
  EXPECT_EQ(without_brackets(""), "");
  EXPECT_FALSE(is_ip_address(""));
}

}  // namespace
}  // namespace halo::http
