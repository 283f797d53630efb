#include "protocols/http/chunked_encoder.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"

namespace halo::http {
namespace {

TEST(ChunkedEncoder, AChunkIsItsLengthInHexadecimalAndItsBytes) {
  std::string out;
  append_chunk(out, "a");
  append_chunk(out, "0123456789abcdef");
  append_chunk(out, "\r\n0\r\n\r\n");
  EXPECT_EQ(out, "1\r\na\r\n10\r\n0123456789abcdef\r\n7\r\n\r\n0\r\n\r\n\r\n");
}

TEST(ChunkedEncoder, NoBytesAreNoChunk) {
  std::string out = "x";
  append_chunk(out, "");
  EXPECT_EQ(out, "x");
}

TEST(ChunkedEncoder, AHeadCountsUpToTheLargestChunk) {
  EXPECT_EQ(ChunkHead(1).view(), "1\r\n");
  EXPECT_EQ(ChunkHead(65'536).view(), "10000\r\n");
  EXPECT_EQ(ChunkHead(std::numeric_limits<std::size_t>::max()).view(), "ffffffffffffffff\r\n");
}

TEST(ChunkedEncoder, TheLastChunkHasTheTrailers) {
  std::string out;
  EXPECT_FALSE(append_last_chunk(out));
  EXPECT_EQ(out, "0\r\n\r\n");
  Headers trailers;
  ASSERT_FALSE(trailers.add("X-Sum", "1"));
  ASSERT_FALSE(trailers.add("Y", ""));
  out.clear();
  EXPECT_FALSE(append_last_chunk(out, trailers));
  EXPECT_EQ(out, "0\r\nX-Sum: 1\r\nY: \r\n\r\n");
}

TEST(ChunkedEncoder, ATrailerNeitherFramesNorSmuggles) {
  for (const char* name : {"Content-Length", "transfer-encoding", "Host", "Trailer"}) {
    Headers trailers;
    ASSERT_FALSE(trailers.add(name, "1"));
    std::string out = "kept";
    EXPECT_EQ(append_last_chunk(out, trailers), HttpErrc::kFramingHeader) << name;
    EXPECT_EQ(out, "kept");
  }
  Headers trailers;
  ASSERT_TRUE(trailers.add_parsed("A", "b\r\nC: d"));
  std::string out = "kept";
  EXPECT_EQ(append_last_chunk(out, trailers), HttpErrc::kBadHeaderValue);
  EXPECT_EQ(out, "kept");
}

}  // namespace
}  // namespace halo::http
