#include "protocols/http/internal/chunk_reader.hpp"

#include <string>

#include <gtest/gtest.h>

namespace halo::http {
namespace {

struct Peeked {
  std::size_t line_bytes, bytes;
  bool operator==(const Peeked&) const = default;
};

Peeked peek(std::string_view input) {
  const ChunkReader::Whole whole = ChunkReader::peek_whole(input);
  return {whole.line_bytes, whole.bytes};
}

constexpr Peeked kNothing{0, 0};

TEST(ChunkReaderPeek, SizesHaveAnyNumberOfDigitsUpToTheLimit) {
  for (const char* const digits : {"1a", "1A", "01a", "00000000000001a"}) {
    const std::string line = std::string(digits) + "\r\n";
    EXPECT_EQ(peek(line + std::string(26, 'x') + "\r\n5\r\n"), (Peeked{line.size(), 26})) << digits;
  }
  EXPECT_EQ(peek("000000000000001a\r\n" + std::string(26, 'x') + "\r\n"), kNothing);
}

TEST(ChunkReaderPeek, TheLastChunkEndsTheTrailers) {
  EXPECT_EQ(peek("0\r\n\r\n"), (Peeked{3, 0}));
  EXPECT_EQ(peek("0\r\nName: value\r\n\r\n"), kNothing);
}

TEST(ChunkReaderPeek, NothingUntilAllOfItIsThere) {
  const std::string chunk = "c\r\nHello, World\r\n";
  EXPECT_EQ(peek(chunk), (Peeked{3, 12}));
  for (std::size_t bytes = 0; bytes < chunk.size(); ++bytes) {
    EXPECT_EQ(peek(chunk.substr(0, bytes)), kNothing) << bytes;
  }
}

TEST(ChunkReaderPeek, NothingOfWhatIsToBeReadInSteps) {
  for (const char* const input :
       {"3;a=b\r\nabc\r\n", "3 \r\nabc\r\n", "3\nabc\r\n", "3\r\nabc\n\n", "3\r\nabcd\r\n",
        "fffffffffffffff\r\nabc\r\n", "\r\nabc\r\n", "x\r\n\r\n"}) {
    EXPECT_EQ(peek(input), kNothing) << input;
  }
}

TEST(ChunkReaderPeek, IsNotForWhatStandsWithinALine) {
  ChunkReader reader;
  EXPECT_FALSE(reader.in_line());
  for (std::string_view line = "1;a\r\n"; line.size() > 1;) {
    std::string_view byte = line.substr(0, 1);
    EXPECT_EQ(reader.read_size(byte, 100), ChunkReader::State::kMore);
    EXPECT_TRUE(reader.in_line()) << line;
    line.remove_prefix(1);
  }
  std::string_view end = "\n";
  EXPECT_EQ(reader.read_size(end, 100), ChunkReader::State::kComplete);
  EXPECT_FALSE(reader.in_line());
}

}  // namespace
}  // namespace halo::http
