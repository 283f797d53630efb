#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

/// Numbers as hexadecimal digits, lower case, of a fixed width: by tables, because the load should
/// cost less than the server.
namespace halo::bench {

/// The text of each byte.
inline constexpr auto kHexPairs = [] {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t byte = 0; byte < pairs.size(); ++byte) {
    pairs[byte] = {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return pairs;
}();

/// The value of each digit, and 16 for what is none.
inline constexpr auto kHexValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(16);
  for (std::uint8_t value = 0; value < 16; ++value) {
    const int digit = value < 10 ? '0' + value : 'a' + value - 10;
    values[static_cast<std::size_t>(digit)] = value;
  }
  return values;
}();

/// Writes all digits of `value`, two for each of its bytes.
template <class Unsigned>
void write_hex(Unsigned value, char* out) noexcept {
  constexpr std::size_t kBytes = sizeof(Unsigned);
  for (std::size_t i = 0; i < kBytes; ++i) {
    std::memcpy(out + 2 * i, kHexPairs[(value >> (8 * (kBytes - 1 - i))) & 0xff].data(), 2);
  }
}

/// The number that `text`, up to 16 digits, stands for; empty: something in it is no such digit.
inline std::optional<std::uint64_t> read_hex(std::string_view text) noexcept {
  std::uint64_t number = 0;
  std::uint8_t seen = 0;
  for (const char digit : text) {
    const std::uint8_t value = kHexValues[static_cast<unsigned char>(digit)];
    seen |= value;
    number = number << 4 | (value & 15U);
  }
  return seen < 16 ? std::optional(number) : std::nullopt;
}

}  // namespace halo::bench
