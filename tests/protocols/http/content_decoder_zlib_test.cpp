#include <zlib.h>

#include <array>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "protocols/http/content_decoder.hpp"
#include "protocols/http/http_error.hpp"
#include "tests/protocols/http/decode_body.hpp"
#include "tests/support/seed.hpp"

// What needs a compressor: bodies of any size and content, and layers upon layers.
namespace halo::http {
namespace {

using test::decode_body;
using test::DecodedBody;

constexpr int kGzip = MAX_WBITS + 16;
constexpr int kZlib = MAX_WBITS;
constexpr int kBare = -MAX_WBITS;

std::string compressed(std::string_view text, int window_bits, int level = 6) {
  z_stream stream{};
  EXPECT_EQ(::deflateInit2(&stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(::deflateBound(&stream, text.size()), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

std::string random_text(halo::test::Random& random, std::size_t bytes) {
  std::string text(bytes, '\0');
  const std::uint64_t letters = random.between(1, 256);
  for (char& c : text) {
    c = static_cast<char>(random.below(letters));
  }
  return text;
}

TEST(ContentDecoderZlib, AnyBodyComesOutAsItWentInHoweverItIsCut) {
  halo::test::Random random(halo::test::seed());
  for (int i = 0; i < 200; ++i) {
    const std::string text = random_text(random, random.below(100'000));
    const bool gzip = random.one_in(2);
    const int bits = gzip ? kGzip : random.one_in(2) ? kZlib : kBare;
    const int level = static_cast<int>(random.below(10));
    const std::size_t piece_bytes = random.between(1, 40'000);
    const std::size_t room_bytes = random.between(1, 40'000);
    const DecodedBody decoded =
        decode_body(gzip ? "gzip" : "deflate", compressed(text, bits, level), {.ratio_max = 2000},
                    piece_bytes, room_bytes);
    ASSERT_FALSE(decoded.error) << decoded.error.message() << " bits " << bits << " level "
                                << level;
    ASSERT_EQ(decoded.bytes, text) << bits << ' ' << level;
  }
}

TEST(ContentDecoderZlib, LayersAreUndoneInTheReverseOrder) {
  halo::test::Random random(halo::test::seed());
  const std::string text = random_text(random, 200'000);
  const std::string body = compressed(compressed(compressed(text, kGzip), kZlib), kGzip);
  for (const std::size_t piece_bytes : {1UL, 1000UL, 1'000'000UL}) {
    for (const std::size_t room_bytes : {100UL, 16'384UL, 1'000'000UL}) {
      const DecodedBody decoded =
          decode_body("gzip, identity, DEFLATE ,x-gzip", body, {}, piece_bytes, room_bytes);
      ASSERT_FALSE(decoded.error) << decoded.error.message();
      ASSERT_EQ(decoded.bytes, text);
    }
  }
  EXPECT_EQ(decode_body("gzip, gzip, deflate", body).error, HttpErrc::kBadCoding);
}

TEST(ContentDecoderZlib, LayersMayComeInFieldsOfTheirOwn) {
  Headers answer;
  ASSERT_FALSE(answer.add("Content-Encoding", "deflate"));
  ASSERT_FALSE(answer.add("content-encoding", "gzip"));
  Result<ContentDecoder> decoder = ContentDecoder::create(answer);
  ASSERT_TRUE(decoder);
  const std::string body = compressed(compressed("text", kZlib), kGzip);
  std::array<std::byte, 100> room{};
  const auto step = decoder->decode(std::as_bytes(std::span(body)), room);
  EXPECT_FALSE(step.error);
  EXPECT_EQ(step.consumed, body.size());
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(room.data()), step.produced), "text");
  EXPECT_FALSE(decoder->finish());
}

TEST(ContentDecoderZlib, AFaultInAnyLayerIsAnError) {
  const std::string inner = compressed("some text", kGzip);
  EXPECT_EQ(decode_body("gzip, gzip", compressed(inner.substr(0, 12), kGzip)).error,
            HttpErrc::kCodingTruncated);
  EXPECT_EQ(decode_body("gzip, gzip", compressed(inner + "x", kGzip)).error,
            HttpErrc::kCodingTrailing);
  EXPECT_EQ(decode_body("gzip, gzip", compressed("no gzip at all", kGzip)).error,
            HttpErrc::kBadCoding);
  EXPECT_EQ(decode_body("gzip, gzip", compressed(inner, kGzip) + "x").error,
            HttpErrc::kCodingTrailing);
  EXPECT_EQ(decode_body("gzip, gzip", compressed("", kGzip)).bytes, "");
}

TEST(ContentDecoderZlib, AWrongChecksumIsAnError) {
  for (const int bits : {kGzip, kZlib}) {
    std::string body = compressed("some text", bits);
    const std::size_t checksum_at = body.size() - (bits == kGzip ? 8 : 4);
    body[checksum_at] = static_cast<char>(body[checksum_at] ^ 1);
    EXPECT_EQ(decode_body(bits == kGzip ? "gzip" : "deflate", body).error, HttpErrc::kBadCoding);
  }
}

TEST(ContentDecoderZlib, ABombIsFoundInTimeInWhateverLayer) {
  const std::string zeros(64 * 1024 * 1024, '\0');
  const std::string bomb = compressed(zeros, kGzip, 9);
  for (const DecodedBody& decoded :
       {decode_body("gzip", bomb), decode_body("gzip, gzip", compressed(bomb, kGzip))}) {
    EXPECT_EQ(decoded.error, HttpErrc::kDecodedTooDense) << decoded.error.message();
    EXPECT_LT(decoded.bytes.size(), 32U * 1024 * 1024);
  }
  EXPECT_FALSE(decode_body("gzip", bomb, {.ratio_max = 1100}).error);
}

TEST(ContentDecoderZlib, ABombBetweenLayersIsFoundThoughNothingComesOutOfIt) {
  // Stored blocks of no bytes, again and again: five bytes each of bare DEFLATE, dense to compress.
  std::string nothing;
  for (int i = 0; i < 8 * 1024 * 1024; ++i) {
    nothing.append("\0\0\0\xff\xff", 5);
  }
  const DecodedBody decoded = decode_body("deflate, gzip", compressed(nothing, kGzip, 9));
  EXPECT_EQ(decoded.error, HttpErrc::kDecodedTooDense);
  EXPECT_EQ(decoded.bytes, "");
}

}  // namespace
}  // namespace halo::http
