#pragma once

#include <cstdint>

namespace halo {

/// Names an object that may be gone by the time the name is used: a slot, and the count that says
/// which of the slot's tenants is meant. Generation 0 names nothing.
struct Token {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;

  friend bool operator==(Token, Token) = default;
  explicit operator bool() const noexcept { return generation != 0; }
};

}  // namespace halo
