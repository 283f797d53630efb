#include "bench/histogram/histogram_text.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bench/histogram/base64.hpp"
#include "bench/histogram/big_endian.hpp"
#include "bench/histogram/counts_codec.hpp"
#include "bench/histogram/deflate.hpp"
#include "bench/histogram/histogram_error.hpp"
#include "tests/support/seed.hpp"

namespace halo::bench {
namespace {

using std::chrono::nanoseconds;

using Bytes = std::vector<std::byte>;

std::string text_of(const Bytes& stream, std::uint32_t length) {
  Bytes bytes;
  put_big_endian(bytes, std::uint32_t{0x1c849314});
  put_big_endian(bytes, length);
  bytes.insert(bytes.end(), stream.begin(), stream.end());
  return to_base64(bytes);
}

std::string text_of(const Bytes& stream) {
  return text_of(stream, static_cast<std::uint32_t>(stream.size()));
}

TEST(HistogramText, WhatTheReferenceWroteIsRead) {
  // Java's HdrHistogram 2.1.11: 1, 2,047 and 2,048 ns, 300 times 1 ms, and an hour.
  Histogram histogram;
  histogram.record(nanoseconds(1));
  histogram.record(nanoseconds(2047));
  histogram.record(nanoseconds(2048));
  for (int i = 0; i < 300; ++i) {
    histogram.record(std::chrono::milliseconds(1));
  }
  histogram.record(std::chrono::hours(1));
  EXPECT_EQ(
      from_text("HISTFAAAADB42pNpmSzMwMDAzwABzFCaEch0M9ixgMH+A1SE6ac8E9P+PsYbLJdvMzEBALYCCVQ=")
          .value(),
      histogram);
}

TEST(HistogramText, WhatIsWrittenIsReadBitForBit) {
  test::Random random(test::seed());
  for (int round = 0; round < 20; ++round) {
    Histogram histogram;
    for (std::uint64_t i = random.below(3000); i > 0; --i) {
      histogram.add(random.below(Histogram::kBuckets), random.below(1ULL << random.below(40)));
    }
    const std::string text = to_text(histogram).value();
    EXPECT_TRUE(text.starts_with("HISTF")) << "as every tool shows it";
    EXPECT_EQ(from_text(text).value(), histogram);
  }
}

TEST(HistogramText, TheLargestOneFits) {
  test::Random random(test::seed());
  Histogram histogram;
  for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    histogram.add(bucket, random.below(Histogram::kCountMax / Histogram::kBuckets));
  }
  EXPECT_LE(encode_counts(histogram).size(), kCountsBytesMax);
  EXPECT_EQ(from_text(to_text(histogram).value()).value(), histogram);
}

TEST(HistogramText, FewBytesCannotBecomeMany) {
  const Bytes bomb = deflate(Bytes(100'000'000)).value();
  EXPECT_LT(bomb.size(), 100'000U);
  EXPECT_EQ(from_text(text_of(bomb)).error(), HistogramErrc::kTooLarge);
  const Bytes one_more = deflate(Bytes(kCountsBytesMax + 1)).value();
  EXPECT_EQ(from_text(text_of(one_more)).error(), HistogramErrc::kTooLarge);
  const Bytes just_fits = deflate(Bytes(kCountsBytesMax)).value();
  EXPECT_EQ(from_text(text_of(just_fits)).error(), HistogramErrc::kUnknownEncoding);
}

TEST(HistogramText, DamagedBytesAreRefused) {
  const Bytes good = deflate(encode_counts(Histogram())).value();
  ASSERT_TRUE(from_text(text_of(good)));
  Bytes longer = good;
  longer.push_back(std::byte{0});
  EXPECT_EQ(from_text(text_of(longer)).error(), HistogramErrc::kBadDeflate);
  EXPECT_EQ(from_text(text_of(Bytes(good.begin(), good.end() - 1))).error(),
            HistogramErrc::kBadDeflate);
  EXPECT_EQ(from_text(text_of({})).error(), HistogramErrc::kBadDeflate);
  EXPECT_EQ(from_text(text_of(good, 5)).error(), HistogramErrc::kBadLength);
  EXPECT_EQ(from_text(to_base64(good)).error(), HistogramErrc::kNotCompressed);
  EXPECT_EQ(from_text("").error(), HistogramErrc::kNotCompressed);
  EXPECT_EQ(from_text("HIST").error(), HistogramErrc::kNotCompressed);
  EXPECT_EQ(from_text("HISTFA==").error(), HistogramErrc::kNotCompressed) << "a cookie alone";
  EXPECT_EQ(from_text("not this").error(), HistogramErrc::kNotBase64);
}

}  // namespace
}  // namespace halo::bench
