#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "protocols/http/percent.hpp"
#include "protocols/http/url.hpp"
#include "tests/support/seed.hpp"

namespace halo::http {
namespace {

using namespace std::string_view_literals;

struct Case {
  const char* reference;
  const char* target;
};

// RFC 3986, 5.4.1 and 5.4.2: all but "g:h" and "http:g", which are below.
constexpr Case kRfc3986[] = {
    {"g", "http://a/b/c/g"},
    {"./g", "http://a/b/c/g"},
    {"g/", "http://a/b/c/g/"},
    {"/g", "http://a/g"},
    {"//g", "http://g/"},
    {"?y", "http://a/b/c/d;p?y"},
    {"g?y", "http://a/b/c/g?y"},
    {"#s", "http://a/b/c/d;p?q#s"},
    {"g#s", "http://a/b/c/g#s"},
    {"g?y#s", "http://a/b/c/g?y#s"},
    {";x", "http://a/b/c/;x"},
    {"g;x", "http://a/b/c/g;x"},
    {"g;x?y#s", "http://a/b/c/g;x?y#s"},
    {"", "http://a/b/c/d;p?q"},
    {".", "http://a/b/c/"},
    {"./", "http://a/b/c/"},
    {"..", "http://a/b/"},
    {"../", "http://a/b/"},
    {"../g", "http://a/b/g"},
    {"../..", "http://a/"},
    {"../../", "http://a/"},
    {"../../g", "http://a/g"},
    {"../../../g", "http://a/g"},
    {"../../../../g", "http://a/g"},
    {"/./g", "http://a/g"},
    {"/../g", "http://a/g"},
    {"g.", "http://a/b/c/g."},
    {".g", "http://a/b/c/.g"},
    {"g..", "http://a/b/c/g.."},
    {"..g", "http://a/b/c/..g"},
    {"./../g", "http://a/b/g"},
    {"./g/.", "http://a/b/c/g/"},
    {"g/./h", "http://a/b/c/g/h"},
    {"g/../h", "http://a/b/c/h"},
    {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
    {"g;x=1/../y", "http://a/b/c/y"},
    {"g?y/./x", "http://a/b/c/g?y/./x"},
    {"g?y/../x", "http://a/b/c/g?y/../x"},
    {"g#s/./x", "http://a/b/c/g#s/./x"},
    {"g#s/../x", "http://a/b/c/g#s/../x"},
};

TEST(UrlResolve, GivesWhatTheRfcsExamplesGive) {
  const Url base = Url::parse("http://a/b/c/d;p?q").value();
  for (const Case& one : kRfc3986) {
    const Result<Url> url = base.resolve(one.reference);
    ASSERT_TRUE(url) << one.reference;
    EXPECT_EQ(url->to_string(), one.target) << one.reference;
  }
}

TEST(UrlResolve, GoesOnWhereTheRfcsExamplesEnd) {
  const Url base = Url::parse("https://u:p@a:81/b?q#f").value();
  constexpr Case kCases[] = {
      {"", "https://u:p@a:81/b?q"},
      {"?", "https://u:p@a:81/b?"},
      {"#", "https://u:p@a:81/b?q#"},
      {"g", "https://u:p@a:81/g"},
      {"//h", "https://h/"},
      {"//v@h:82?x", "https://v@h:82/?x"},
      {"http://h/x", "http://h/x"},
      {"HTTPS://H/./x", "https://h/x"},
      {"./x:y", "https://u:p@a:81/x:y"},
      {"1:2", "https://u:p@a:81/1:2"},
      {"/x//y", "https://u:p@a:81/x//y"},
      {"?../x", "https://u:p@a:81/b?../x"},
  };
  for (const Case& one : kCases) {
    const Result<Url> url = base.resolve(one.reference);
    ASSERT_TRUE(url) << one.reference;
    EXPECT_EQ(url->to_string(), one.target) << one.reference;
  }
}

TEST(UrlResolve, RefusesWhatIsNoReferenceToHttp) {
  const Url base = Url::parse("http://a/b/c/d;p?q").value();
  const struct {
    std::string_view reference;
    HttpErrc error;
    std::size_t fault_at;
  } cases[] = {
      {"g:h", HttpErrc::kUrlUnknownScheme, 0},
      {"http:g", HttpErrc::kUrlNoHost, 5},
      {"//", HttpErrc::kUrlNoHost, 2},
      {"///g", HttpErrc::kUrlNoHost, 2},
      {"//a%2fb/", HttpErrc::kUrlBadHost, 2},
      {"/g h", HttpErrc::kUrlBadByte, 2},
      {"/g\r\nX: y", HttpErrc::kUrlBadByte, 2},
      {"\\g", HttpErrc::kUrlBadByte, 0},
      {"/\xc3\xbc", HttpErrc::kUrlNotAscii, 1},
      {"x?%", HttpErrc::kUrlBadPercent, 2},
      {"data:text/html,x", HttpErrc::kUrlUnknownScheme, 0},
  };
  for (const auto& one : cases) {
    std::size_t fault_at = 99;
    EXPECT_EQ(base.resolve(one.reference, &fault_at).error(), one.error) << one.reference;
    EXPECT_EQ(fault_at, one.fault_at) << one.reference;
  }
}

TEST(Percent, DecodesTripletsAndNothingElse) {
  EXPECT_EQ(percent_decode("a%2fb%2F%00%"), "a/b/\0%"sv);
  EXPECT_EQ(percent_decode("%%41%4%4g%g4"), "%A%4%4g%g4");
  EXPECT_EQ(percent_decode(""), "");
}

TEST(Percent, EncodesWhatPeopleWriteAndNoUrlMayHold) {
  EXPECT_EQ(percent_encode_stray("/a b\xc3\xbc%20%zz%4"), "/a%20b%C3%BC%20%25zz%254");
  EXPECT_EQ(percent_encode_stray("/a\r\n\\\t\x7f"), "/a\r\n\\\t\x7f");
  EXPECT_EQ(percent_encode_stray("100%"), "100%25");
}

// Text that comes close to being a URL.
std::string random_text(test::Random& random) {
  constexpr std::string_view kPieces[] = {
      "http://", "https://", "http:", "//",  "/",     "?",   "#",      "@",    ":",
      ".",       "..",       "[",     "]",   "[::1]", "a",   "B",      "80",   "65536",
      "%41",     "%",        "%2f",   "%00", "\\",    " ",   "\r\n",   "\0"sv, "\xc3",
      "~",       "1.2.3.4",  "x=1",   ";p",  "/../",  "/./", "ftp://", "\x7f",
  };
  std::string text = random.one_in(3) ? "" : "http://a";
  for (std::uint64_t left = random.below(10); left > 0; --left) {
    text += kPieces[random.below(std::size(kPieces))];
  }
  return text;
}

bool has_bad_byte(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte >= 0x7f || c == '\\';
  });
}

void expect_sound(const Url& url) {
  const std::string text = url.to_string();
  ASSERT_FALSE(has_bad_byte(text)) << text;
  ASSERT_TRUE(url.target().starts_with('/')) << text;
  const Result<Url> again = Url::parse(text);
  ASSERT_TRUE(again) << text;
  ASSERT_EQ(*again, url) << text;
  ASSERT_EQ(again->to_string(), text);
}

TEST(UrlRandom, WhatParsesIsAFixedPointAndResolvesToSoundUrls) {
  test::Random random(test::seed());
  std::size_t parsed = 0;
  std::size_t resolved = 0;
  for (int i = 0; i < 50'000; ++i) {
    const Result<Url> url = Url::parse(random_text(random));
    if (!url) {
      continue;
    }
    ++parsed;
    ASSERT_NO_FATAL_FAILURE(expect_sound(*url));
    const std::string reference = random_text(random);
    if (const Result<Url> target = url->resolve(reference)) {
      ++resolved;
      ASSERT_NO_FATAL_FAILURE(expect_sound(*target));
      ASSERT_EQ(url->resolve(target->to_string()).value(), *target) << reference;
    }
  }
  EXPECT_GT(parsed, 1000U);  // else the pieces no longer make URLs
  EXPECT_GT(resolved, 100U);
}

}  // namespace
}  // namespace halo::http
