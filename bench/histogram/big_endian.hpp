#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <vector>

namespace halo::bench {

/// Appends a number in network byte order.
template <std::unsigned_integral T>
void put_big_endian(std::vector<std::byte>& bytes, T number) {
  for (std::size_t i = sizeof(T); i > 0; --i) {
    bytes.push_back(static_cast<std::byte>(number >> (8 * (i - 1))));
  }
}

/// The number in the first bytes, which must be there.
template <std::unsigned_integral T>
T get_big_endian(std::span<const std::byte> bytes) noexcept {
  T number = 0;
  for (const std::byte byte : bytes.first(sizeof(T))) {
    number = static_cast<T>(number << 8 | std::to_integer<T>(byte));
  }
  return number;
}

}  // namespace halo::bench
