#include "bench/histogram/deflate.hpp"
#include "bench/histogram/histogram_error.hpp"

namespace halo::bench {

bool has_deflate() noexcept { return false; }

Result<std::vector<std::byte>> deflate(std::span<const std::byte>) {
  return HistogramErrc::kNoZlib;
}

Result<std::vector<std::byte>> inflate(std::span<const std::byte>, std::size_t) {
  return HistogramErrc::kNoZlib;
}

}  // namespace halo::bench
