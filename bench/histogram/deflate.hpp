#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "reactor/result.hpp"

namespace halo::bench {

/// Whether this build has zlib. Without it a program leaves out its options for logs.
bool has_deflate() noexcept;

/// A zlib stream of these bytes. Fails with kNoZlib. *See:* RFC 1950.
Result<std::vector<std::byte>> deflate(std::span<const std::byte> bytes);

/// What a zlib stream holds, at most `bytes_max`, so that few bytes cannot become many. Fails with
/// kBadDeflate, kTooLarge or kNoZlib.
Result<std::vector<std::byte>> inflate(std::span<const std::byte> stream, std::size_t bytes_max);

}  // namespace halo::bench
