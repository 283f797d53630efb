#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace halo::http {

/// Below 0x20, or DEL; HTAB too.
constexpr bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

/// Where the first control byte of `text` but HTAB stands, from `from` on; else its size. Looks at
/// eight bytes at a time: most of a head is this search.
inline std::size_t find_control(std::string_view text, std::size_t from) noexcept {
  constexpr std::uint64_t kOnes = ~std::uint64_t{0} / 255;
  constexpr std::uint64_t kHighs = kOnes * 0x80;
  std::size_t at = from;
  for (; text.size() - at >= sizeof(std::uint64_t); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    // A byte's high bit is set where it is below 0x20, or 0x7f; wrong only above one that borrows
    // from it or carries into it, and then never left out.
    const std::uint64_t found = ((word - kOnes * 0x20) | (word + kOnes)) & ~word & kHighs;
    if (found == 0) {
      continue;
    }
    std::size_t in_word = 0;
    if constexpr (std::endian::native == std::endian::little) {
      in_word = static_cast<std::size_t>(std::countr_zero(found)) / 8;
    }
    for (; in_word < sizeof word; ++in_word) {
      const char c = text[at + in_word];
      if (is_control(c) && c != '\t') {
        return at + in_word;
      }
    }
  }
  for (; at < text.size(); ++at) {
    if (is_control(text[at]) && text[at] != '\t') {
      return at;
    }
  }
  return at;
}

}  // namespace halo::http
