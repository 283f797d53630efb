// What a parser costs in memory, by counting every allocation of this program: promise 4.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "protocols/http/request_parser.hpp"
#include "protocols/http/response_parser.hpp"
#include "tests/support/allocations.hpp"

namespace halo::http {
namespace {

struct Counter final : ResponseSink, RequestSink {
  void on_head(const ResponseHead& /*head*/) override {}
  void on_head(const RequestHead& /*head*/) override {}
  void on_body(std::span<const std::byte> /*bytes*/) override {}
  void on_complete(const Headers& /*trailers*/) override { ++messages; }

  std::size_t messages = 0;
};

/// Feeds `text`, in pieces of `piece_bytes`, as one message, and says how often it allocated.
template <typename Parser>
std::size_t allocations_for(Parser& parser, std::string_view text, std::size_t piece_bytes) {
  Counter counter;
  const std::size_t before = test::allocations();
  parser.begin();
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, piece_bytes);
    (void)parser.feed(std::as_bytes(std::span(piece)), counter);  // the counter tells how it went
    text.remove_prefix(piece.size());
  }
  const std::size_t allocated = test::allocations() - before;
  EXPECT_EQ(counter.messages, 1U);
  return allocated;
}

template <typename Parser>
void expect_none_once_warm(std::string_view text) {
  Parser parser;
  for (const std::size_t piece_bytes : {text.size(), std::size_t{7}}) {
    EXPECT_GT(allocations_for(parser, text, piece_bytes), 0U) << "nothing would be counted";
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(allocations_for(parser, text, piece_bytes), 0U) << piece_bytes;
    }
  }
}

// More than the memory of small heads, so that giving back what is unusual would show.
std::string fields() {
  std::string text;
  for (int i = 0; i < 60; ++i) {
    text += "X-Field-" + std::to_string(i) + ": " + std::string(40, 'x') + "\r\n";
  }
  return text;
}

TEST(ParserMemory, AnswersCostNoAllocationOnceTheParserIsWarm) {
  expect_none_once_warm<ResponseParser>("HTTP/1.1 200 Everything is as it should be\r\n" +
                                        fields() +
                                        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
                                        "3;x=y\r\nabc\r\n0\r\nTrailer: of-some-length\r\n\r\n");
}

TEST(ParserMemory, RequestsCostNoAllocationOnceTheParserIsWarm) {
  expect_none_once_warm<RequestParser>("POST /somewhere/else HTTP/1.1\r\nHost: example.com\r\n" +
                                       fields() + "Content-Length: 5\r\n\r\nhello");
}

}  // namespace
}  // namespace halo::http
