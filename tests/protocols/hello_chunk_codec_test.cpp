#include <string>

#include <gtest/gtest.h>

#include "protocols/hello/chunk_codec.hpp"
#include "tests/protocols/decoder_cases.hpp"
#include "tests/support/sockets.hpp"

namespace halo::hello::test {
namespace {

using namespace std::string_literals;
using halo::test::as_bytes;

TEST(ChunkDecoder, TakesEachPieceForAMessage) {
  EXPECT_EQ(decode_in_pieces(ChunkDecoder(), "abcd", 0), (Outcome{"abcd"}));
  EXPECT_EQ(decode_in_pieces(ChunkDecoder(), "abcd", 0b010), (Outcome{"ab", "cd"}));
  EXPECT_EQ(decode_in_pieces(ChunkDecoder(), "abcd", 0b111), (Outcome{"a", "b", "c", "d"}));
}

TEST(ChunkDecoder, FindsNothingInNothing) {
  EXPECT_EQ(decode_in_pieces(ChunkDecoder(), "", 0), Outcome{});
  EXPECT_FALSE(ChunkDecoder().decode({}).message);
  EXPECT_FALSE(ChunkDecoder().decode_eof({}).message);
}

TEST(ChunkDecoder, TakesAnyBytes) {
  const std::string bytes = "\0\n\r\n\xff"s;
  EXPECT_EQ(decode_in_pieces(ChunkDecoder(), bytes, 0), Outcome{bytes});
}

TEST(ChunkDecoder, TakesAtMost1024BytesForOneMessage) {
  const std::string a(1024, 'a');
  const std::string b(1024, 'b');
  EXPECT_EQ(decode_in_pieces(ChunkDecoder(), a, 0), Outcome{a});
  EXPECT_EQ(decode_in_pieces(ChunkDecoder(), a + b + "c", 0), (Outcome{a, b, "c"}));
}

TEST(ChunkDecoder, SaysHowManyBytesAMessageTook) {
  EXPECT_EQ(ChunkDecoder().decode(as_bytes("abc")).consumed, 3U);
  EXPECT_EQ(ChunkDecoder().decode(as_bytes(std::string(2000, 'x'))).consumed, 1024U);
}

}  // namespace
}  // namespace halo::hello::test
