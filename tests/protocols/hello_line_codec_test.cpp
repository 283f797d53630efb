#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/hello/line_codec.hpp"
#include "tests/protocols/decoder_cases.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/sockets.hpp"

namespace halo::hello::test {
namespace {

using namespace std::string_literals;
using halo::test::as_bytes;

struct Case {
  const char* name;
  std::string stream;
  Outcome outcome;
};

// With lines of at most four bytes.
const std::vector<Case> kCases = {
    {"Nothing", "", {}},
    {"OneLine", "abc\n", {"abc"}},
    {"EmptyLine", "\n", {""}},
    {"EmptyLines", "\n\n\n", {"", "", ""}},
    {"TwoLines", "ab\ncd\n", {"ab", "cd"}},
    {"CrBeforeLfIsDropped", "ab\r\ncd\r\n", {"ab", "cd"}},
    {"OneCrIsDroppedOnly", "ab\r\r\n", {"ab\r"}},
    {"CrAloneIsAByte", "a\rb\n", {"a\rb"}},
    {"CrLfAlone", "\r\n", {""}},
    {"LfCr", "a\n\rb\n", {"a", "\rb"}},
    {"UnterminatedLastLine", "ab\ncd", {"ab", "cd"}},
    {"UnterminatedKeepsItsCr", "ab\r", {"ab\r"}},
    {"OnlyCr", "\r", {"\r"}},
    {"EndAfterLfIsNoLine", "ab\n", {"ab"}},
    {"AnyByte", "\0\xff\x80\n\x1b[m\n"s, {"\0\xff\x80"s, "\x1b[m"}},
    {"Utf8", "\xc3\xa9\xc3\xa9\n", {"\xc3\xa9\xc3\xa9"}},
    {"FormatCharacters", "%s%n\n", {"%s%n"}},
    {"JustShortEnough", "abcd\n", {"abcd"}},
    {"JustShortEnoughWithCr", "abcd\r\n", {"abcd"}},
    {"JustShortEnoughWithoutEnd", "abcd", {"abcd"}},
    {"OneTooMany", "abcde\n", {kFailed}},
    {"OneTooManyWithCr", "abcde\r\n", {kFailed}},
    {"OneTooManyWithoutEnd", "abcde", {kFailed}},
    {"CrCountsWhereItStays", "abcd\r\r\n", {kFailed}},
    {"CrCountsWithoutEnd", "abcd\r", {kFailed}},
    {"CrFollowedByMore", "abcd\re\n", {kFailed}},
    {"TooLongAfterGoodOnes", "ab\n\nabcdef", {"ab", "", kFailed}},
    {"NothingAfterAnError", "abcde\nab\n", {kFailed}},
};

class LineDecoderCase : public testing::TestWithParam<Case> {};

TEST_P(LineDecoderCase, DecodesTheSameHoweverItIsCut) {
  const Case& given = GetParam();
  for (std::size_t cuts = 0; cuts < ways_to_cut(given.stream); ++cuts) {
    ASSERT_EQ(decode_in_pieces(LineDecoder(4), given.stream, cuts), given.outcome)
        << "cut after the bytes of mask " << cuts;
  }
}

INSTANTIATE_TEST_SUITE_P(, LineDecoderCase, testing::ValuesIn(kCases),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(LineDecoder, SaysHowManyBytesAMessageTook) {
  LineDecoder decoder;
  const auto decoded = decoder.decode(as_bytes("ab\r\ncd"));
  EXPECT_EQ(decoded.message, "ab");
  EXPECT_EQ(decoded.consumed, 4U);
  EXPECT_FALSE(decoded.error);
}

TEST(LineDecoder, NeedsMoreForHalfALine) {
  LineDecoder decoder;
  const auto decoded = decoder.decode(as_bytes("ab"));
  EXPECT_FALSE(decoded.message);
  EXPECT_FALSE(decoded.error);
  EXPECT_EQ(decoded.consumed, 0U);
}

TEST(LineDecoder, LooksAtEachByteOnce) {
  LineDecoder decoder;
  EXPECT_FALSE(decoder.decode(as_bytes("abc")).message);
  // A line feed among the bytes that were looked at already: only who looks again finds it.
  EXPECT_EQ(decoder.decode(as_bytes("a\ncd\n")).message, "a\ncd");
}

TEST(LineDecoder, LooksAtTheNextLineFromItsBeginning) {
  LineDecoder decoder;
  EXPECT_FALSE(decoder.decode(as_bytes("abcdef")).message);
  EXPECT_EQ(decoder.decode(as_bytes("abcdef\nx\ny")).message, "abcdef");
  EXPECT_EQ(decoder.decode(as_bytes("x\ny")).message, "x");
  EXPECT_EQ(decoder.decode_eof(as_bytes("y")).message, "y");
}

TEST(LineDecoder, RefusesALongLineBeforeItsEnd) {
  LineDecoder decoder(4);
  EXPECT_EQ(decoder.decode(as_bytes("abcde")).error, std::errc::message_size);
}

TEST(LineDecoder, TakesLinesOf64KibByDefault) {
  const std::string longest(64 * 1024, 'x');
  EXPECT_EQ(LineDecoder().decode(as_bytes(longest + "\n")).message, longest);
  EXPECT_EQ(LineDecoder().decode(as_bytes(longest + "x\n")).error, std::errc::message_size);
}

/// The rule in one breath, for streams of any bytes in any pieces.
Outcome expected_lines(std::string_view stream, std::size_t line_bytes_max) {
  Outcome lines;
  while (!stream.empty()) {
    const std::size_t end = stream.find('\n');
    const bool terminated = end != std::string_view::npos;
    std::string_view line = stream.substr(0, end);
    stream.remove_prefix(terminated ? end + 1 : stream.size());
    if (terminated && line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    if (line.size() > line_bytes_max) {
      lines.push_back(kFailed);
      return lines;
    }
    lines.emplace_back(line);
  }
  return lines;
}

TEST(LineDecoder, DecodesRandomStreamsInRandomPieces) {
  halo::test::Random random(halo::test::seed());
  for (int round = 0; round < 2000; ++round) {
    std::string stream;
    Feeder<LineDecoder> feeder(LineDecoder(12));
    for (std::uint64_t pieces = random.below(10); pieces > 0; --pieces) {
      std::string piece;
      for (std::uint64_t bytes = random.below(12); bytes > 0; --bytes) {
        piece.push_back("\n\n\r\0ab%"[random.below(7)]);
      }
      feeder.arrive(piece);
      stream += piece;
    }
    ASSERT_EQ(feeder.end(), expected_lines(stream, 12));
  }
}

}  // namespace
}  // namespace halo::hello::test
