#include "bench/histogram/counts_codec.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>

#include "bench/histogram/big_endian.hpp"
#include "bench/histogram/histogram_error.hpp"

namespace halo::bench {
namespace {

constexpr std::uint32_t kCookie = 0x1c849313;
constexpr std::size_t kHeaderBytes = 40;
constexpr std::size_t kNumberBytesMax = 9;
constexpr std::uint32_t kDigits = 3;
constexpr std::uint64_t kLowest = 1;
constexpr auto kHighest = static_cast<std::uint64_t>(Histogram::kLongest.count());
constexpr double kRatio = 1.0;

/// Small numbers of either sign become small ones without: 0, -1, 1, -2 are 0, 1, 2, 3. Then seven
/// bits to a byte, the lowest first; the ninth byte has eight.
void put_number(std::vector<std::byte>& bytes, std::int64_t number) {
  auto rest = static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
  for (std::size_t i = 1; i < kNumberBytesMax && rest > 0x7f; ++i) {
    bytes.push_back(static_cast<std::byte>(rest | 0x80));
    rest >>= 7;
  }
  bytes.push_back(static_cast<std::byte>(rest));
}

/// Takes a number off the front; nothing if the bytes end within it.
std::optional<std::int64_t> take_number(std::span<const std::byte>& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < std::min(kNumberBytesMax, bytes.size()); ++i) {
    const auto byte = std::to_integer<std::uint64_t>(bytes[i]);
    const bool last = i + 1 == kNumberBytesMax;
    value |= (last ? byte : byte & 0x7f) << (7 * i);
    if (last || byte <= 0x7f) {
      bytes = bytes.subspan(i + 1);
      return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::byte> encode_counts(const Histogram& histogram) {
  std::vector<std::byte> bytes;
  put_big_endian(bytes, kCookie);
  put_big_endian(bytes, std::uint32_t{0});  // the payload's length, when it is known
  put_big_endian(bytes, std::uint32_t{0});  // nothing is shifted
  put_big_endian(bytes, kDigits);
  put_big_endian(bytes, kLowest);
  put_big_endian(bytes, kHighest);
  put_big_endian(bytes, std::bit_cast<std::uint64_t>(kRatio));

  const std::span<const std::uint64_t> counts = histogram.counts();
  std::uint64_t left = histogram.count();
  std::size_t index = 0;
  do {  // an empty one has its first bucket, too
    const std::uint64_t count = counts[index++];
    std::int64_t empty = count == 0 ? 1 : 0;
    while (empty > 0 && left > 0 && counts[index] == 0) {
      ++empty;
      ++index;
    }
    left -= count;
    put_number(bytes, empty > 1 ? -empty : static_cast<std::int64_t>(count));
  } while (left > 0);

  std::vector<std::byte> length;
  put_big_endian(length, static_cast<std::uint32_t>(bytes.size() - kHeaderBytes));
  std::copy(length.begin(), length.end(), bytes.begin() + 4);
  return bytes;
}

Result<Histogram> decode_counts(std::span<const std::byte> bytes) {
  if (bytes.size() < kHeaderBytes) {
    return HistogramErrc::kBadLength;
  }
  if (get_big_endian<std::uint32_t>(bytes) != kCookie) {
    return HistogramErrc::kUnknownEncoding;
  }
  // Not looked at: the offset and the ratio, which say how a recorder kept the counts in memory,
  // and the highest value, which says how many it could have had.
  if (get_big_endian<std::uint32_t>(bytes.subspan(12)) != kDigits ||
      get_big_endian<std::uint64_t>(bytes.subspan(16)) != kLowest) {
    return HistogramErrc::kBadPrecision;
  }
  std::span<const std::byte> payload = bytes.subspan(kHeaderBytes);
  if (get_big_endian<std::uint32_t>(bytes.subspan(4)) != payload.size()) {
    return HistogramErrc::kBadLength;
  }
  Histogram histogram;
  std::size_t index = 0;
  while (!payload.empty()) {
    const std::optional<std::int64_t> number = take_number(payload);
    if (!number) {
      return HistogramErrc::kBadLength;
    }
    const std::uint64_t buckets = *number < 0 ? ~static_cast<std::uint64_t>(*number) + 1 : 1;
    if (buckets > Histogram::kBuckets - index) {
      return HistogramErrc::kBeyondAnHour;
    }
    if (*number > 0) {
      if (static_cast<std::uint64_t>(*number) > Histogram::kCountMax - histogram.count()) {
        return HistogramErrc::kTooManyValues;
      }
      histogram.add(index, static_cast<std::uint64_t>(*number));
    }
    index += buckets;
  }
  return histogram;
}

}  // namespace halo::bench
