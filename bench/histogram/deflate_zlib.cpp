#define ZLIB_CONST  // its input is not written to, and its types say so
#include <zlib.h>

#include <cstdint>
#include <new>

#include "bench/histogram/deflate.hpp"
#include "bench/histogram/histogram_error.hpp"
#include "reactor/check.hpp"

namespace halo::bench {
namespace {

const Bytef* bytes_of(std::span<const std::byte> bytes) noexcept {
  return reinterpret_cast<const Bytef*>(bytes.data());
}

}  // namespace

bool has_deflate() noexcept { return true; }

Result<std::vector<std::byte>> deflate(std::span<const std::byte> bytes) {
  uLongf size = ::compressBound(static_cast<uLong>(bytes.size()));
  std::vector<std::byte> stream(size);
  const int result =  // as small as the reference makes it
      ::compress2(reinterpret_cast<Bytef*>(stream.data()), &size, bytes_of(bytes),
                  static_cast<uLong>(bytes.size()), Z_BEST_COMPRESSION);
  if (result == Z_MEM_ERROR) {
    throw std::bad_alloc();
  }
  HALO_CHECK(result == Z_OK, "compressBound() is enough");
  stream.resize(size);
  return stream;
}

Result<std::vector<std::byte>> inflate(std::span<const std::byte> stream, std::size_t bytes_max) {
  std::vector<std::byte> bytes(bytes_max + 1);  // one more shows that there is more
  auto size = static_cast<uLongf>(bytes.size());
  auto taken = static_cast<uLong>(stream.size());
  const int result =
      ::uncompress2(reinterpret_cast<Bytef*>(bytes.data()), &size, bytes_of(stream), &taken);
  if (result == Z_MEM_ERROR) {
    throw std::bad_alloc();
  }
  if (result == Z_BUF_ERROR && size == bytes.size()) {
    return HistogramErrc::kTooLarge;
  }
  if (result != Z_OK || taken != stream.size()) {
    return HistogramErrc::kBadDeflate;
  }
  if (size > bytes_max) {
    return HistogramErrc::kTooLarge;
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace halo::bench
