#include "protocols/http/content_range.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"

namespace halo::http {
namespace {

using Part = ContentRange::Part;

constexpr std::uint64_t kMost = 18'446'744'073'709'551'615U;
constexpr DateSeconds kNow{std::chrono::seconds(784'111'777)};

Headers headers_of(std::initializer_list<Header> fields) {
  Headers headers;
  for (const Header& field : fields) {
    EXPECT_FALSE(headers.add(field.name, field.value));
  }
  return headers;
}

TEST(ContentRange, SaysWhichPartOfHowMuch) {
  const struct {
    const char* value;
    ContentRange range;
  } cases[] = {
      {"bytes 0-0/1", {Part{0, 0}, 1}},
      {"bytes 42-1233/1234", {Part{42, 1233}, 1234}},
      {"bytes 42-1233/*", {Part{42, 1233}, std::nullopt}},
      {"bytes */1234", {std::nullopt, 1234}},
      {"bytes */0", {std::nullopt, 0}},
      {"BYTES 1-2/3", {Part{1, 2}, 3}},
      {"bytes 0-18446744073709551614/18446744073709551615", {Part{0, kMost - 1}, kMost}},
  };
  for (const auto& one : cases) {
    const Result<ContentRange> range = parse_content_range(one.value);
    ASSERT_TRUE(range) << one.value;
    EXPECT_EQ(*range, one.range) << one.value;
  }
}

TEST(ContentRange, RefusesWhatWouldBeMisread) {
  for (const char* value : {
           "",
           "bytes",
           "bytes ",
           "bytes 0-1",
           "bytes 0-1/",
           "bytes /2",
           "bytes */*",
           "bytes 0-*/2",
           "bytes *-1/2",
           "bytes -1/2",
           "bytes 0-/2",
           "bytes 1-0/2",
           "bytes 0-2/2",
           "bytes 2-2/2",
           "bytes 0-1/1",
           "bytes 0-1/-2",
           "bytes +0-1/2",
           "bytes 0-+1/2",
           "bytes 0 - 1/2",
           "bytes 0-1 / 2",
           "bytes  0-1/2",
           "bytes 0-1/2 ",
           "bytes=0-1/2",
           "lines 0-1/2",
           "bytes 0x0-1/2",
           "bytes 0-1/2,bytes 3-4/5",
           "bytes 0-18446744073709551616/*",
           "bytes 0-1/18446744073709551616",
       }) {
    EXPECT_EQ(parse_content_range(value).error(), HttpErrc::kBadContentRange) << value;
  }
}

TEST(Resume, AsksForTheRest) {
  EXPECT_EQ(range_from(0), "bytes=0-");
  EXPECT_EQ(range_from(kMost), "bytes=18446744073709551615-");
}

TEST(Resume, IsOnlyOfTheSameBytes) {
  const struct {
    Headers answer;
    std::optional<std::string> if_range;
  } cases[] = {
      {headers_of({{"ETag", "\"abc\""}}), "\"abc\""},
      {headers_of({{"ETag", "\"\""}}), "\"\""},
      {headers_of({{"ETag", "W/\"abc\""}}), std::nullopt},
      {headers_of({{"ETag", "abc"}}), std::nullopt},
      {headers_of({{"ETag", "\""}}), std::nullopt},
      {headers_of({{"ETag", "\"a\"b\""}}), std::nullopt},
      {headers_of({}), std::nullopt},
      {headers_of({{"Last-Modified", "Sun, 06 Nov 1994 08:48:37 GMT"}}), std::nullopt},
      {headers_of({{"Last-Modified", "Sun, 06 Nov 1994 08:48:37 GMT"},
                   {"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}),
       "Sun, 06 Nov 1994 08:48:37 GMT"},
      {headers_of({{"Last-Modified", "Sun, 06 Nov 1994 08:48:38 GMT"},
                   {"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}),
       std::nullopt},
      {headers_of({{"Last-Modified", "yesterday"}, {"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}),
       std::nullopt},
      {headers_of({{"ETag", "W/\"abc\""},
                   {"Last-Modified", "Sun, 06 Nov 1994 08:48:37 GMT"},
                   {"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}),
       std::nullopt},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(if_range_of(one.answer, kNow), one.if_range)
        << one.answer.get("ETag").value_or("no ETag");
  }
}

TEST(Resume, IsJudgedByStatusAndRange) {
  const struct {
    unsigned status;
    const char* range;
    ResumeVerdict verdict;
  } cases[] = {
      {206, "bytes 100-199/200", ResumeVerdict::kAppend},
      {206, "bytes 100-199/*", ResumeVerdict::kAppend},
      {200, "", ResumeVerdict::kStartOver},
      {200, "bytes 100-199/200", ResumeVerdict::kStartOver},
      {416, "bytes */100", ResumeVerdict::kComplete},
      {404, "", ResumeVerdict::kRefused},
      {304, "", ResumeVerdict::kRefused},
      {503, "bytes 100-199/200", ResumeVerdict::kRefused},
  };
  for (const auto& one : cases) {
    Headers answer;
    if (*one.range != '\0') {
      ASSERT_FALSE(answer.add("Content-Range", one.range));
    }
    const Result<ResumeVerdict> verdict = judge_resume(100, one.status, answer);
    ASSERT_TRUE(verdict) << one.status << ' ' << one.range;
    EXPECT_EQ(*verdict, one.verdict) << one.status << ' ' << one.range;
  }
}

TEST(Resume, NeverMakesABrokenFile) {
  const struct {
    unsigned status;
    const char* range;
  } cases[] = {
      {206, ""},
      {206, "bytes 0-199/200"},
      {206, "bytes 99-199/200"},
      {206, "bytes 101-199/200"},
      {206, "bytes 100-198/200"},
      {206, "bytes */200"},
      {206, "bytes 100-199"},
      {416, ""},
      {416, "bytes */99"},
      {416, "bytes */200"},
      {416, "bytes 100-199/200"},
  };
  for (const auto& one : cases) {
    Headers answer;
    if (*one.range != '\0') {
      ASSERT_FALSE(answer.add("Content-Range", one.range));
    }
    EXPECT_EQ(judge_resume(100, one.status, answer).error(), HttpErrc::kBadContentRange)
        << one.status << ' ' << one.range;
  }
  Headers twice = headers_of({{"Content-Range", "bytes 100-199/200"}});
  ASSERT_FALSE(twice.add("Content-Range", "bytes 100-199/200"));
  EXPECT_EQ(judge_resume(100, 206, twice).error(), HttpErrc::kBadContentRange);
}

}  // namespace
}  // namespace halo::http
