#include "protocols/http/content_decoder.hpp"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "protocols/http/http_error.hpp"
#include "protocols/http/syntax.hpp"
#include "tests/protocols/http/decode_body.hpp"

namespace halo::http {
namespace {

using test::decode_body;
using test::DecodedBody;
using test::encoded_as;

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(hex_value(hex[i]) * 16 + hex_value(hex[i + 1]));
  }
  return bytes;
}

// One text as the codings' own tools compress it.
constexpr std::string_view kText = "Hello, hello, hello, hello!\n";

struct Golden {
  const char* name;
  Coding coding;
  std::string_view hex;
  bool repeats;  // two bodies one after the other are one
};

constexpr Golden kGolden[] = {
    {"gzip", Coding::kGzip, "1f8b0800000000000203f348cdc9c9d751c8c0a414b90063613f931c000000", true},
    {"deflate", Coding::kDeflate, "78daf348cdc9c9d751c8c0a414b9008b4c0940", false},
    {"br", Coding::kBrotli, "1b1b00f81d89712cc91a839e4a36a4b75600294353212c25c93e9140147700",
     false},
    {"zstd", Coding::kZstd, "28b52ffd201c8500005048656c6c6f2c2068210a0100f20a17", true},
};

class Decoding : public testing::TestWithParam<Golden> {
 protected:
  // What this build cannot undo, it refuses: the same is asserted of it each time.
  bool absent() const {
    if (available_codings().has(GetParam().coding)) {
      return false;
    }
    EXPECT_EQ(decode_body(GetParam().name, body()).error, HttpErrc::kUnknownCoding);
    return true;
  }
  static std::string body() { return bytes_of(GetParam().hex); }
};

TEST_P(Decoding, GivesTheTextHoweverItIsCut) {
  if (absent()) {
    return;
  }
  for (const std::size_t piece_bytes : {1UL, 2UL, 3UL, 7UL, 100UL}) {
    for (const std::size_t room_bytes : {1UL, 2UL, 5UL, 28UL, 29UL, 100UL}) {
      const DecodedBody decoded = decode_body(GetParam().name, body(), {}, piece_bytes, room_bytes);
      ASSERT_FALSE(decoded.error) << decoded.error.message() << piece_bytes << ' ' << room_bytes;
      ASSERT_EQ(decoded.bytes, kText);
    }
  }
}

TEST_P(Decoding, ABodyThatEndsTooEarlyIsAnError) {
  if (absent()) {
    return;
  }
  for (std::size_t bytes = 1; bytes < body().size(); ++bytes) {
    for (const std::size_t piece_bytes : {1UL, 100UL}) {
      EXPECT_EQ(decode_body(GetParam().name, body().substr(0, bytes), {}, piece_bytes).error,
                HttpErrc::kCodingTruncated)
          << bytes;
    }
  }
}

TEST_P(Decoding, NoBytesAreAnEmptyBody) {
  if (absent()) {
    return;
  }
  const DecodedBody decoded = decode_body(GetParam().name, "");
  EXPECT_FALSE(decoded.error) << decoded.error.message();
  EXPECT_EQ(decoded.bytes, "");
}

TEST_P(Decoding, BytesBehindTheEndAreAnErrorOrAnotherStream) {
  if (absent()) {
    return;
  }
  for (const std::size_t piece_bytes : {1UL, 100UL}) {
    const DecodedBody twice = decode_body(GetParam().name, body() + body(), {}, piece_bytes);
    if (GetParam().repeats) {
      EXPECT_FALSE(twice.error) << twice.error.message();
      EXPECT_EQ(twice.bytes, std::string(kText) + std::string(kText));
      EXPECT_EQ(decode_body(GetParam().name, body() + body().substr(0, 9), {}, piece_bytes).error,
                HttpErrc::kCodingTruncated);
    } else {
      EXPECT_EQ(twice.error, HttpErrc::kCodingTrailing);
    }
    const DecodedBody garbage = decode_body(GetParam().name, body() + "xxxxx", {}, piece_bytes);
    EXPECT_EQ(garbage.bytes, kText);
    EXPECT_EQ(garbage.error, GetParam().coding == Coding::kZstd ? HttpErrc::kBadCoding
                                                                : HttpErrc::kCodingTrailing);
  }
}

TEST_P(Decoding, EveryOtherBodyIsAnErrorAndNoHarm) {
  if (absent()) {
    return;
  }
  EXPECT_EQ(decode_body(GetParam().name, "\x01\x02\x03\x04 not compressed at all").error,
            HttpErrc::kBadCoding);
  const std::string whole = body();
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const DecodedBody decoded = decode_body(GetParam().name, flipped);
    EXPECT_LE(decoded.bytes.size(), 20'000'000U);
  }
}

TEST_P(Decoding, WhatWasNotAskedForIsRefused) {
  for (const Golden& other : kGolden) {
    const DecodedBody decoded = decode_body(GetParam().name, body(), {.asked = {other.coding}});
    const bool fine =
        other.coding == GetParam().coding && available_codings().has(GetParam().coding);
    EXPECT_EQ(decoded.error, fine ? std::error_code() : HttpErrc::kUnknownCoding) << other.name;
  }
}

TEST_P(Decoding, StopsAtTheMostBytesThatAreTaken) {
  if (absent()) {
    return;
  }
  for (const std::size_t room_bytes : {1UL, 100UL}) {
    EXPECT_FALSE(
        decode_body(GetParam().name, body(), {.decoded_bytes_max = 28}, 100, room_bytes).error);
    const DecodedBody decoded =
        decode_body(GetParam().name, body(), {.decoded_bytes_max = 27}, 100, room_bytes);
    EXPECT_EQ(decoded.error, HttpErrc::kDecodedTooLarge);
    EXPECT_EQ(decoded.bytes, kText.substr(0, 27));
  }
}

TEST_P(Decoding, StopsWhereFewBytesBecomeTooMany) {
  if (absent()) {
    return;
  }
  const DecodedBody decoded =
      decode_body(GetParam().name, body(), {.ratio_max = 1, .ratio_free_bytes = 0}, 100, 1);
  // Of these only brotli needs more bytes for so short a text than the text has.
  EXPECT_EQ(decoded.error, GetParam().coding == Coding::kBrotli
                               ? std::error_code()
                               : make_error_code(HttpErrc::kDecodedTooDense));
  EXPECT_FALSE(
      decode_body(GetParam().name, body(), {.ratio_max = 1, .ratio_free_bytes = 28}).error);
}

INSTANTIATE_TEST_SUITE_P(, Decoding, testing::ValuesIn(kGolden),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(ContentDecoder, PassesBytesWhereNothingIsEncoded) {
  for (const char* codings : {"identity", "identity, IDENTITY", "", ","}) {
    const Result<ContentDecoder> decoder = ContentDecoder::create(encoded_as(codings));
    ASSERT_TRUE(decoder) << codings;
    EXPECT_TRUE(decoder->is_identity()) << codings;
    EXPECT_EQ(decode_body(codings, "any\nbytes", {}, 4, 3).bytes, "any\nbytes") << codings;
  }
  EXPECT_TRUE(ContentDecoder::create({}).value().is_identity());
  EXPECT_EQ(decode_body("identity", "abcd", {.decoded_bytes_max = 3}).error,
            HttpErrc::kDecodedTooLarge);
}

TEST(ContentDecoder, RefusesWhatItDoesNotKnow) {
  for (const char* codings : {"compress", "gzip2", "x-br", "*", "gzip;q=1", "chunked", "dcb",
                              "gzip, unheard-of", "unheard-of, identity"}) {
    EXPECT_EQ(decode_body(codings, "").error, HttpErrc::kUnknownCoding) << codings;
  }
}

TEST(ContentDecoder, RefusesTooManyLayersBeforeItMakesThem) {
  EXPECT_EQ(decode_body("gzip, gzip", "", {.layers_max = 1}).error, HttpErrc::kTooManyCodings);
  std::string many = "gzip";
  for (int i = 0; i < 5; ++i) {
    many += ",gzip";
  }
  EXPECT_EQ(decode_body(many, "").error, HttpErrc::kTooManyCodings);
  EXPECT_EQ(decode_body("gzip", "", {.layers_max = 0}).error, HttpErrc::kTooManyCodings);
}

TEST(ContentDecoder, AnErrorIsForGood) {
  Result<ContentDecoder> decoder = ContentDecoder::create({}, {.decoded_bytes_max = 1});
  ASSERT_TRUE(decoder);
  std::array<std::byte, 4> room{};
  EXPECT_EQ(decoder->decode(room, room).error, HttpErrc::kDecodedTooLarge);
  EXPECT_EQ(decoder->decode({}, room).error, HttpErrc::kDecodedTooLarge);
  EXPECT_EQ(decoder->finish(), HttpErrc::kDecodedTooLarge);
}

TEST(ContentDecoder, AsksForWhatItWasGiven) {
  EXPECT_EQ(accept_encoding({}), "");
  EXPECT_EQ(accept_encoding({Coding::kBrotli}), "br");
  EXPECT_EQ(accept_encoding({Coding::kZstd, Coding::kBrotli, Coding::kDeflate, Coding::kGzip}),
            "gzip, deflate, br, zstd");
  EXPECT_FALSE(CodingSet({Coding::kGzip}).has(Coding::kDeflate));
  EXPECT_TRUE(CodingSet().empty());
}

// Blocks of 128 KiB of one byte each take four bytes. See: RFC 8878, 3.1.1.
TEST(ContentDecoder, AZstdBombIsFoundInTime) {
  std::string bomb = bytes_of("28b52ffd0038");
  for (int i = 0; i < 100'000; ++i) {
    bomb += bytes_of("02001000");
  }
  const DecodedBody decoded = decode_body("zstd", bomb);
  if (!available_codings().has(Coding::kZstd)) {
    EXPECT_EQ(decoded.error, HttpErrc::kUnknownCoding);
    return;
  }
  EXPECT_EQ(decoded.error, HttpErrc::kDecodedTooDense);
  EXPECT_LT(decoded.bytes.size(), 64U * 1024 * 1024);
}

// A window of 16 MiB: RFC 9659 allows 8.
TEST(ContentDecoder, AZstdWindowHasAMaximum) {
  const DecodedBody decoded = decode_body("zstd", bytes_of("28b52ffd0070010000"));
  EXPECT_EQ(decoded.error, available_codings().has(Coding::kZstd) ? HttpErrc::kBadCoding
                                                                  : HttpErrc::kUnknownCoding);
  EXPECT_EQ(decode_body("zstd", bytes_of("28b52ffd0068010000")).error,
            available_codings().has(Coding::kZstd) ? std::error_code() : HttpErrc::kUnknownCoding);
}

}  // namespace
}  // namespace halo::http
