#include "protocols/http/http_date.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/seed.hpp"

namespace halo::http {
namespace {

using std::chrono::seconds;

constexpr DateSeconds kExample{seconds(784'111'777)};  // that of RFC 9110, 5.6.7
constexpr DateSeconds kNow{seconds(1'790'000'000)};    // in 2026

TEST(HttpDate, IsFormattedInTheOneFormOfToday) {
  EXPECT_EQ(format_http_date(kExample), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_http_date(DateSeconds{}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_http_date(DateSeconds{seconds(-1)}), "Wed, 31 Dec 1969 23:59:59 GMT");
  EXPECT_EQ(format_http_date(DateSeconds{seconds(951'782'400)}), "Tue, 29 Feb 2000 00:00:00 GMT");
}

TEST(HttpDate, IsReadInAllThreeForms) {
  for (const char* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994", "Sun Nov 06 08:49:37 1994", "Mon, 06 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(parse_http_date(text, kNow), kExample) << text;
  }
}

TEST(HttpDate, AShortYearIsTheLatestWithin50Years) {
  EXPECT_EQ(format_http_date(parse_http_date("Monday, 01-Jan-26 00:00:00 GMT", kNow).value()),
            "Thu, 01 Jan 2026 00:00:00 GMT");
  EXPECT_EQ(format_http_date(parse_http_date("Monday, 01-Jan-76 00:00:00 GMT", kNow).value()),
            "Wed, 01 Jan 2076 00:00:00 GMT");
  EXPECT_EQ(format_http_date(parse_http_date("Monday, 01-Jan-77 00:00:00 GMT", kNow).value()),
            "Sat, 01 Jan 1977 00:00:00 GMT");
}

TEST(HttpDate, ALeapSecondIsTheNextMinute) {
  EXPECT_EQ(format_http_date(parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT", kNow).value()),
            "Sun, 01 Jan 2017 00:00:00 GMT");
}

TEST(HttpDate, WhatIsNoDateIsNone) {
  for (const char* text : {
           "",
           "Sun",
           "Sun,",
           "Sun, ",
           "now",
           "784111777",
           "Sun, 06 Nov 1994 08:49:37",
           "Sun, 06 Nov 1994 08:49:37 UTC",
           "Sun, 06 Nov 1994 08:49:37 GMT ",
           " Sun, 06 Nov 1994 08:49:37 GMT",
           "Sun, 6 Nov 1994 08:49:37 GMT",
           "Sun,  6 Nov 1994 08:49:37 GMT",
           "Sun, 06  Nov 1994 08:49:37 GMT",
           "Sun, 06 nov 1994 08:49:37 GMT",
           "Sun, 06 Foo 1994 08:49:37 GMT",
           "Sun, 06 anF 1994 08:49:37 GMT",
           "Sun, 06 No",
           "Foo, 06 Nov 1994 08:49:37 GMT",
           "sun, 06 Nov 1994 08:49:37 GMT",
           "Sun, 06 Nov 94 08:49:37 GMT",
           "Sun, 06 Nov 19940 08:49:37 GMT",
           "Sun, 00 Nov 1994 08:49:37 GMT",
           "Sun, 31 Nov 1994 08:49:37 GMT",
           "Sun, 29 Feb 1900 08:49:37 GMT",
           "Sun, 06 Nov 1994 24:00:00 GMT",
           "Sun, 06 Nov 1994 08:60:37 GMT",
           "Sun, 06 Nov 1994 08:49:61 GMT",
           "Sun, 06 Nov 1994 8:49:37 GMT",
           "Sun, 06 Nov 1994 08-49-37 GMT",
           "Sun, -6 Nov 1994 08:49:37 GMT",
           "Sun, 06-Nov-94 08:49:37 GMT",
           "Sunday, 06 Nov 1994 08:49:37 GMT",
           "Sunday, 06-Foo-94 08:49:37 GMT",
           "Sunday, 31-Nov-94 08:49:37 GMT",
           "Sun Nov 6 08:49:37 1994",
           "Sun Nov  6 08:49:37 94",
           "Sun Nov  6 08:49:37 1994 GMT",
           "Sun Foo  6 08:49:37 1994",
           "Sun Nov  0 08:49:37 1994",
       }) {
    EXPECT_EQ(parse_http_date(text, kNow), std::nullopt) << text;
  }
}

TEST(HttpDate, WhatIsFormattedIsReadAgain) {
  test::Random random(test::seed());
  constexpr std::uint64_t kYear9999 = 253'402'300'800;
  for (int i = 0; i < 20'000; ++i) {
    const DateSeconds date{seconds(random.below(kYear9999))};
    const std::string text = format_http_date(date);
    ASSERT_EQ(text.size(), 29U);
    ASSERT_EQ(parse_http_date(text, kNow), date) << text;
  }
}

}  // namespace
}  // namespace halo::http
