#include "reactor/endpoint.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "reactor/error.hpp"
#include "tests/support/seed.hpp"

namespace halo {
namespace {

using Family = Endpoint::Family;
using namespace std::string_literals;
using namespace std::string_view_literals;

TEST(Endpoint, DefaultIsAnyIpv4AddressAndAnyPort) {
  EXPECT_EQ(Endpoint().to_string(), "0.0.0.0:0");
  EXPECT_EQ(Endpoint().family(), Family::kIpv4);
}

TEST(Endpoint, WhatIsParsedIsPrintedInTheShortestForm) {
  const struct {
    const char* text;
    const char* printed;
    Family family;
  } cases[] = {
      {"127.0.0.1:80", "127.0.0.1:80", Family::kIpv4},
      {"0.0.0.0:0", "0.0.0.0:0", Family::kIpv4},
      {"255.255.255.255:65535", "255.255.255.255:65535", Family::kIpv4},
      {"[::1]:80", "[::1]:80", Family::kIpv6},
      {"[::]:9999", "[::]:9999", Family::kIpv6},
      {"[2001:DB8:0:0:0:0:0:1]:1", "[2001:db8::1]:1", Family::kIpv6},
      {"[::ffff:1.2.3.4]:5", "[::ffff:1.2.3.4]:5", Family::kIpv6},
      {"[fe80::1%7]:5", "[fe80::1%7]:5", Family::kIpv6},
      {"unix:/tmp/a:b", "unix:/tmp/a:b", Family::kUnix},
      {"unix:relative", "unix:relative", Family::kUnix},
      {"127.0.0.1:0080", "127.0.0.1:80", Family::kIpv4},
  };
  for (const auto& one : cases) {
    const Result<Endpoint> endpoint = Endpoint::parse(one.text);
    ASSERT_TRUE(endpoint.has_value()) << one.text;
    EXPECT_EQ(endpoint->to_string(), one.printed);
    EXPECT_EQ(endpoint->family(), one.family) << one.text;
    EXPECT_EQ(Endpoint::parse(endpoint->to_string()).value(), *endpoint) << one.text;
  }
}

TEST(Endpoint, HostileTextIsABadAddress) {
  const std::string cases[] = {
      "",
      ":",
      "80",
      ":80",
      "127.0.0.1",
      "127.0.0.1:",
      "127.0.0.1:65536",
      "127.0.0.1:-1",
      "127.0.0.1:+1",
      "127.0.0.1: 1",
      "127.0.0.1:1 ",
      "127.0.0.1:0x50",
      "127.0.0.1:99999999999999999999",
      " 127.0.0.1:80",
      "127.0.0.1 :80",
      "127.1:80",
      "2130706433:80",
      "0177.0.0.1:80",
      "256.0.0.1:80",
      "1.2.3.4.5:80",
      "localhost:80",
      "*:80",
      "::1",
      "::1:80",
      "[::1]",
      "[::1]80",
      "[::1:80",
      "::1]:80",
      "[]:80",
      "[:80",
      "]:80",
      "[[::1]]:80",
      "[127.0.0.1]:80",
      "[::1%]:80",
      "[::1%no-such-interface]:80",
      "[::1%0]:80",
      "[::1%4294967296]:80",
      "[::1%-1]:80",
      "[::1%1%2]:80",
      "[:::1]:80",
      "[g::1]:80",
      "[1:2:3:4:5:6:7:8:9]:80",
      "127.0.0.1\0:80"s,
      "127.0.0.1:80\0"s,
      "[::1\0]:80"s,
      "[::1%1\0x]:80"s,
      "127.0.0.1%1:80",
      "127.0.0.1:80\n",
      "unix:",
      "UNIX:/tmp/a",
      std::string(100'000, '1'),
      std::string(100'000, ':'),
      "[" + std::string(100'000, ':') + "]:1",
  };
  for (const std::string& text : cases) {
    const Result<Endpoint> endpoint = Endpoint::parse(text);
    EXPECT_EQ(endpoint.error(), Errc::kBadAddress)
        << '"' << text.substr(0, 60) << "\" became " << endpoint.value().to_string();
  }
}

TEST(Endpoint, AddressAndPortMayComeApart) {
  EXPECT_EQ(Endpoint::parse("127.0.0.1", 80).value(), Endpoint::loopback_v4(80));
  EXPECT_EQ(Endpoint::parse("::1", 80).value(), Endpoint::loopback_v6(80));
  EXPECT_EQ(Endpoint::parse("[::1]", 80).value(), Endpoint::loopback_v6(80));
  EXPECT_EQ(Endpoint::parse("fe80::1%3", 80).value().scope_id(), 3U);
  for (const char* text : {"", "[", "[]", "[127.0.0.1]", "127.0.0.1:80", "example.org", "%1"}) {
    EXPECT_EQ(Endpoint::parse(text, 80).error(), Errc::kBadAddress) << text;
  }
}

TEST(Endpoint, AddressStringHasNoPort) {
  EXPECT_EQ(Endpoint::loopback_v4(80).address_string(), "127.0.0.1");
  EXPECT_EQ(Endpoint::loopback_v6(80).address_string(), "::1");
  EXPECT_EQ(Endpoint::unix_path("/tmp/x").address_string(), "/tmp/x");
}

TEST(Endpoint, EqualityLooksAtEveryPart) {
  const Endpoint one = Endpoint::parse("[fe80::1%3]:80").value();
  EXPECT_EQ(one, Endpoint::parse("[fe80::1%3]:80").value());
  EXPECT_NE(one, Endpoint::parse("[fe80::1%4]:80").value());
  EXPECT_NE(one, Endpoint::parse("[fe80::1%3]:81").value());
  EXPECT_NE(one, Endpoint::parse("[fe80::2%3]:80").value());
  EXPECT_NE(Endpoint::unix_path("/a"), Endpoint::unix_path("/b"));
  EXPECT_NE(Endpoint::loopback_v4(1), Endpoint::loopback_v6(1));
}

TEST(Endpoint, Ipv4IgnoresBytesAndScopeThatItDoesNotHave) {
  std::array<std::uint8_t, 16> bytes{};
  bytes.fill(9);
  EXPECT_EQ(Endpoint::ip(Family::kIpv4, bytes, 1, 7), Endpoint::parse("9.9.9.9:1").value());
}

TEST(Endpoint, SetPortChangesThePortAlone) {
  Endpoint endpoint = Endpoint::loopback_v4(0);
  endpoint.set_port(443);
  EXPECT_EQ(endpoint, Endpoint::loopback_v4(443));
}

TEST(Endpoint, EveryAddressSurvivesPrintingAndParsing) {
  test::Random random(test::seed());
  for (int i = 0; i < 20'000; ++i) {
    std::array<std::uint8_t, 16> bytes{};
    std::ranges::generate(bytes, [&] {
      return random.one_in(2) ? std::uint8_t{0} : static_cast<std::uint8_t>(random.next());
    });
    const bool v6 = random.one_in(2);
    const Endpoint endpoint =
        Endpoint::ip(v6 ? Family::kIpv6 : Family::kIpv4, bytes,
                     static_cast<std::uint16_t>(random.next()), random.one_in(2) ? 0 : 5);
    ASSERT_EQ(Endpoint::parse(endpoint.to_string()).value(), endpoint) << endpoint.to_string();
  }
}

TEST(Endpoint, RandomTextNeverDoesHarm) {
  test::Random random(test::seed());
  constexpr std::string_view kAlphabet = "0123456789abcdef:.[]%unix \0"sv;
  for (int i = 0; i < 100'000; ++i) {
    std::string text(random.below(24), ' ');
    std::ranges::generate(text, [&] { return kAlphabet[random.below(kAlphabet.size())]; });
    const Result<Endpoint> endpoint = Endpoint::parse(text);
    if (endpoint.has_value()) {
      ASSERT_EQ(Endpoint::parse(endpoint->to_string()).value(), *endpoint) << text;
    }
  }
}

}  // namespace
}  // namespace halo
