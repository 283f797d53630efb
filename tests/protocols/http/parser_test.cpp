// What the parsers promise beside the events of the cases.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "protocols/http/llhttp_version.hpp"
#include "protocols/http/request_parser.hpp"
#include "protocols/http/response_parser.hpp"
#include "tests/protocols/http/event_log.hpp"

namespace halo::http {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

/// Pauses the parser in every callback.
struct PausingSink final : ResponseSink {
  explicit PausingSink(ResponseParser& the_parser) : parser(the_parser) {}

  void on_interim(const ResponseHead& /*head*/) override { note("interim "); }
  void on_head(const ResponseHead& /*head*/) override { note("head "); }
  void on_body(std::span<const std::byte> bytes) override {
    note("body:" + std::to_string(bytes.size()) + " ");
  }
  void on_complete(const Headers& /*trailers*/) override { note("complete "); }

  void note(const std::string& word) {
    events += word;
    parser.pause();
  }

  ResponseParser& parser;
  std::string events;
};

TEST(ResponseParser, StopsBehindEachCallbackThatPausesIt) {
  constexpr std::string_view kText =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nleft";
  ResponseParser parser;
  PausingSink sink(parser);
  std::string_view rest = kText;
  std::string steps;
  while (!parser.complete()) {
    parser.resume();
    const Progress progress = parser.feed(bytes_of(rest), sink);
    ASSERT_FALSE(progress.error) << progress.error.message();
    rest.remove_prefix(progress.consumed);
    steps += std::to_string(progress.consumed) + " ";
    EXPECT_TRUE(parser.paused());
  }
  EXPECT_EQ(sink.events, "interim head body:3 body:2 complete ");
  EXPECT_EQ(rest, "left");
}

TEST(ResponseParser, TakesNothingWhilePaused) {
  ResponseParser parser;
  EventLog log;
  parser.pause();
  EXPECT_EQ(parser.feed(bytes_of("HTTP/1.1 204 OK\r\n\r\n"), log).consumed, 0U);
  EXPECT_EQ(log.text(), "");
}

TEST(ResponseParser, CompletesWithoutMoreInputAfterAPauseInTheHead) {
  ResponseParser parser;
  PausingSink sink(parser);
  EXPECT_EQ(parser.feed(bytes_of("HTTP/1.1 204 OK\r\n\r\n"), sink).consumed, 19U);
  EXPECT_EQ(sink.events, "head ");
  parser.resume();
  EXPECT_EQ(parser.feed({}, sink).consumed, 0U);
  EXPECT_EQ(sink.events, "head complete ");
  EXPECT_TRUE(parser.complete());
}

TEST(ResponseParser, ReadsOneAnswerAfterAnother) {
  ResponseParser parser;
  EventLog log;
  for (int i = 0; i < 3; ++i) {
    parser.begin(i == 1 ? AnswerTo::kHead : AnswerTo::kOther);
    const Progress progress =
        parser.feed(bytes_of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), log);
    EXPECT_EQ(progress.consumed, i == 1 ? 38U : 40U);
    EXPECT_TRUE(parser.complete());
    EXPECT_TRUE(parser.keep_alive());
  }
}

TEST(ResponseParser, StaysFailed) {
  ResponseParser parser;
  EventLog log;
  EXPECT_EQ(parser.feed(bytes_of("x"), log).error, HttpErrc::kBadHead);
  EXPECT_EQ(parser.feed(bytes_of("HTTP/1.1 204 OK\r\n\r\n"), log).error, HttpErrc::kBadHead);
  EXPECT_EQ(parser.finish(log), HttpErrc::kBadHead);
  parser.begin();
  EXPECT_FALSE(parser.feed(bytes_of("HTTP/1.1 204 OK\r\n\r\n"), log).error);
}

TEST(ResponseParser, TakesAHeadOfItsLimitAndNoMore) {
  const ParserLimits limits;
  const std::string line = "A: " + std::string(limits.line_bytes_max - 3, 'x') + "\r\n";
  std::string head = "HTTP/1.1 204 OK\r\n" + line + line + line;
  head += "B: " + std::string(limits.head_bytes_max - head.size() - 7, 'x') + "\r\n\r\n";
  ASSERT_EQ(head.size(), limits.head_bytes_max);
  EventLog log;
  ResponseParser parser;
  EXPECT_FALSE(parser.feed(bytes_of(head), log).error);
  EXPECT_TRUE(parser.complete());
  parser.begin();
  head.insert(head.size() - 4, "x");
  EXPECT_EQ(parser.feed(bytes_of(head), log).error, HttpErrc::kHeadTooLarge);
}

TEST(ResponseParser, AWholeLastChunkKeepsTheLimitOfTrailers) {
  constexpr std::string_view kText =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
  for (const std::size_t bytes_max : {1U, 2U}) {
    EventLog log;
    ResponseParser parser({.trailers_bytes_max = bytes_max});
    const std::error_code error = parser.feed(bytes_of(kText), log).error;
    EXPECT_EQ(error == HttpErrc::kTrailersTooLarge, bytes_max == 1);
    EXPECT_EQ(parser.complete(), bytes_max == 2);
  }
}

TEST(RequestParser, TellsHowMuchItTook) {
  RequestParser parser;
  EventLog log;
  EXPECT_FALSE(parser.begun());
  constexpr std::string_view kText = "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET";
  EXPECT_EQ(parser.feed(bytes_of(kText), log).consumed, kText.size() - 3);
  EXPECT_TRUE(parser.complete());
  EXPECT_EQ(parser.feed(bytes_of("GET"), log).consumed, 0U);
}

TEST(LlhttpVersion, IsOfThreeNumbers) {
  EXPECT_EQ(std::string(llhttp_version()).find_first_not_of("0123456789."), std::string::npos);
  EXPECT_GE(llhttp_version(), "8.1.0");
}

}  // namespace
}  // namespace halo::http
