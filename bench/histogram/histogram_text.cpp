#include "bench/histogram/histogram_text.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bench/histogram/base64.hpp"
#include "bench/histogram/big_endian.hpp"
#include "bench/histogram/counts_codec.hpp"
#include "bench/histogram/deflate.hpp"
#include "bench/histogram/histogram_error.hpp"

namespace halo::bench {
namespace {

constexpr std::uint32_t kCookie = 0x1c849314;
constexpr std::size_t kHeaderBytes = 8;

}  // namespace

Result<std::string> to_text(const Histogram& histogram) {
  const Result<std::vector<std::byte>> stream = deflate(encode_counts(histogram));
  if (!stream) {
    return stream.error();
  }
  std::vector<std::byte> bytes;
  put_big_endian(bytes, kCookie);
  put_big_endian(bytes, static_cast<std::uint32_t>(stream->size()));
  bytes.insert(bytes.end(), stream->begin(), stream->end());
  return to_base64(bytes);
}

Result<Histogram> from_text(std::string_view text) {
  const Result<std::vector<std::byte>> bytes = from_base64(text);
  if (!bytes) {
    return bytes.error();
  }
  if (bytes->size() < kHeaderBytes || get_big_endian<std::uint32_t>(*bytes) != kCookie) {
    return HistogramErrc::kNotCompressed;
  }
  const std::span<const std::byte> stream = std::span(*bytes).subspan(kHeaderBytes);
  if (get_big_endian<std::uint32_t>(std::span(*bytes).subspan(4)) != stream.size()) {
    return HistogramErrc::kBadLength;
  }
  const Result<std::vector<std::byte>> counts = inflate(stream, kCountsBytesMax);
  if (!counts) {
    return counts.error();
  }
  return decode_counts(*counts);
}

}  // namespace halo::bench
