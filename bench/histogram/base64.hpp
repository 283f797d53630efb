#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reactor/result.hpp"

namespace halo::bench {

/// Bytes as text, padded to a multiple of four. *See:* RFC 4648, 4.
std::string to_base64(std::span<const std::byte> bytes);

/// The bytes of such a text. Strict: fails with `HistogramErrc::kNotBase64` on any other byte, a
/// missing padding, and bits that no byte takes.
Result<std::vector<std::byte>> from_base64(std::string_view text);

}  // namespace halo::bench
