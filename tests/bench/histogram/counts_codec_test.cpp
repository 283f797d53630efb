#include "bench/histogram/counts_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "bench/histogram/histogram_error.hpp"
#include "tests/support/seed.hpp"

namespace halo::bench {
namespace {

using std::chrono::nanoseconds;

using Bytes = std::vector<std::byte>;

Bytes bytes_of(std::initializer_list<int> numbers) {
  Bytes bytes;
  for (const int number : numbers) {
    bytes.push_back(static_cast<std::byte>(number));
  }
  return bytes;
}

/// An encoded histogram with this payload; the header's fields can be changed by their offset.
Bytes encoded(const Bytes& payload) {
  Bytes bytes = encode_counts(Histogram());
  bytes.resize(40);
  bytes[6] = static_cast<std::byte>(payload.size() >> 8);
  bytes[7] = static_cast<std::byte>(payload.size());
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

Bytes changed(Bytes bytes, std::size_t offset, int value) {
  bytes[offset] = static_cast<std::byte>(value);
  return bytes;
}

TEST(CountsCodec, TheHeaderSaysWhatTheReferenceWouldSay) {
  const Bytes bytes = encode_counts(Histogram());
  const Bytes header = bytes_of({0x1c, 0x84, 0x93, 0x13, 0,    0,    0, 1, 0, 0, 0, 0, 0, 0,
                                 0,    3,    0,    0,    0,    0,    0, 0, 0, 1, 0, 0, 3, 0x46,
                                 0x30, 0xb8, 0xa0, 0,    0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(bytes, header);
}

TEST(CountsCodec, CountsAreNumbersAndEmptyBucketsOneNumberTogether) {
  Histogram histogram;
  histogram.record(nanoseconds(1));  // after one empty bucket
  for (int i = 0; i < 64; ++i) {
    histogram.record(nanoseconds(4));  // after two
  }
  const Bytes bytes = encode_counts(histogram);
  EXPECT_EQ(Bytes(bytes.begin() + 40, bytes.end()), bytes_of({0, 2, 3, 0x80, 1}));
}

TEST(CountsCodec, WhatIsWrittenIsReadBitForBit) {
  test::Random random(test::seed());
  for (int round = 0; round < 50; ++round) {
    Histogram histogram;
    for (std::uint64_t i = random.below(1000); i > 0; --i) {
      histogram.add(random.below(Histogram::kBuckets), random.below(1ULL << random.below(40)));
    }
    EXPECT_EQ(decode_counts(encode_counts(histogram)).value(), histogram);
  }
}

TEST(CountsCodec, TheEndsOfItsRangesComeBack) {
  Histogram histogram;
  histogram.add(Histogram::kBuckets - 1, Histogram::kCountMax);
  EXPECT_EQ(decode_counts(encode_counts(histogram)).value(), histogram);
  EXPECT_EQ(decode_counts(encode_counts(Histogram())).value(), Histogram());
}

TEST(CountsCodec, ANumberOfNineBytesHasEightBitsInItsLast) {
  // 2^62 values are more than can be counted, and -2^63 buckets more than there are.
  const auto eight_times = [](int byte, int last) {
    Bytes bytes(8, static_cast<std::byte>(byte));
    bytes.push_back(static_cast<std::byte>(last));
    return bytes;
  };
  EXPECT_EQ(decode_counts(encoded(eight_times(0x80, 0x80))).error(), HistogramErrc::kTooManyValues);
  EXPECT_EQ(decode_counts(encoded(eight_times(0xff, 0xff))).error(), HistogramErrc::kBeyondAnHour);
}

TEST(CountsCodec, WhatIsNoHistogramOfThisLayoutIsRefused) {
  const Bytes good = encoded(bytes_of({2}));
  ASSERT_TRUE(decode_counts(good));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(decode_counts(std::span(good).first(size)).error(), HistogramErrc::kBadLength);
  }
  EXPECT_EQ(decode_counts(changed(good, 3, 0x03)).error(), HistogramErrc::kUnknownEncoding);
  EXPECT_EQ(decode_counts(changed(good, 15, 2)).error(), HistogramErrc::kBadPrecision);
  EXPECT_EQ(decode_counts(changed(good, 23, 2)).error(), HistogramErrc::kBadPrecision);
  EXPECT_EQ(decode_counts(changed(good, 7, 2)).error(), HistogramErrc::kBadLength);
  EXPECT_EQ(decode_counts(encoded(bytes_of({0x80}))).error(), HistogramErrc::kBadLength);
}

TEST(CountsCodec, OtherRecordersMayHaveAnotherHighestValueAndRatio) {
  Bytes bytes = encoded(bytes_of({2}));
  bytes = changed(changed(changed(bytes, 24, 0x7f), 11, 1), 32, 0);
  EXPECT_EQ(decode_counts(bytes).value().count(), 1U);
}

TEST(CountsCodec, NoMoreBucketsThanThereAre) {
  // -33,792 and then a value in the bucket behind the last one; and a count too many.
  const Bytes all_empty = bytes_of({0xff, 0x8f, 0x04});
  EXPECT_EQ(decode_counts(encoded(all_empty)).value(), Histogram());
  Bytes one_more = all_empty;
  one_more.push_back(std::byte{2});
  EXPECT_EQ(decode_counts(encoded(one_more)).error(), HistogramErrc::kBeyondAnHour);
}

TEST(CountsCodec, CountsTogetherStayBelowTheirBound) {
  Histogram most;
  most.add(0, Histogram::kCountMax);
  Bytes payload = encode_counts(most);
  payload.erase(payload.begin(), payload.begin() + 40);
  payload.push_back(std::byte{2});
  EXPECT_EQ(decode_counts(encoded(payload)).error(), HistogramErrc::kTooManyValues);
}

}  // namespace
}  // namespace halo::bench
