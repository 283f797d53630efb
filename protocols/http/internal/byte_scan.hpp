#pragma once

#include <array>
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

/// May stand in a request's target: no blank, no control byte, nothing above ASCII, and no
/// fragment, which is never sent.
constexpr bool is_target_byte(char c) noexcept { return c > 0x20 && c < 0x7f && c != '#'; }

/// What each byte is, for those that are left over behind the last block.
struct ByteKind {
  bool control_but_tab;
  bool no_target_byte;
};
inline constexpr std::array<ByteKind, 256> kByteKinds = [] {
  std::array<ByteKind, 256> kinds{};
  for (std::size_t byte = 0; byte < kinds.size(); ++byte) {
    const char c = static_cast<char>(byte);
    kinds[byte] = {is_control(c) && c != '\t', !is_target_byte(c)};
  }
  return kinds;
}();
constexpr const ByteKind& kind_of(char c) noexcept {
  return kByteKinds[static_cast<unsigned char>(c)];
}

/// Sixteen bytes that are compared at once. *See:* GCC's manual, "Vector Extensions"; clang has
/// them, too.
class ByteBlock {
 public:
  static constexpr std::size_t kBytes = 16;
  using Bytes = unsigned char __attribute__((vector_size(kBytes)));
  /// Of each byte 0xff where a comparison holds, else zero.
  using Verdicts = signed char __attribute__((vector_size(kBytes)));

  /// The kBytes bytes from `begin` on.
  explicit ByteBlock(const char* begin) noexcept { std::memcpy(&bytes_, begin, kBytes); }

  Verdicts controls_but_tab() const noexcept {
    return ((bytes_ < 0x20) & (bytes_ != '\t')) | (bytes_ == 0x7f);
  }
  Verdicts no_target_bytes() const noexcept {
    return (bytes_ <= 0x20) | (bytes_ >= 0x7f) | (bytes_ == '#');
  }

  /// The first byte for which `verdicts` hold; kBytes: there is none.
  static std::size_t first(const Verdicts& verdicts) noexcept {
    constexpr std::size_t kWord = sizeof(std::uint64_t);
    std::uint64_t words[kBytes / kWord];
    std::memcpy(words, &verdicts, kBytes);
    if ((words[0] | words[1]) == 0) {
      return kBytes;
    }
    return words[0] != 0 ? first_in(words[0]) : kWord + first_in(words[1]);
  }

 private:
  static std::size_t first_in(std::uint64_t word) noexcept {
    const int bits = std::endian::native == std::endian::little ? std::countr_zero(word)
                                                                : std::countl_zero(word);
    return static_cast<std::size_t>(bits) / 8;
  }

  Bytes bytes_;
};

/// Where the first byte of `text` stands, from `from` on, for which there are `verdicts`, of a
/// whole block, or `verdict`, of one that is left over; else the size.
template <class Verdicts, class Verdict>
std::size_t find_byte(std::string_view text, std::size_t from, Verdicts&& verdicts,
                      Verdict&& verdict) noexcept {
  std::size_t at = from;
  for (; text.size() - at >= ByteBlock::kBytes; at += ByteBlock::kBytes) {
    const std::size_t found = ByteBlock::first(verdicts(ByteBlock(text.data() + at)));
    if (found < ByteBlock::kBytes) {
      return at + found;
    }
  }
  while (at < text.size() && !verdict(text[at])) {
    ++at;
  }
  return at;
}

/// The first control byte but HTAB. Most of a head is this search.
inline std::size_t find_control(std::string_view text, std::size_t from) noexcept {
  return find_byte(
      text, from, [](const ByteBlock& block) { return block.controls_but_tab(); },
      [](char c) { return kind_of(c).control_but_tab; });
}

/// The first byte that no target has.
inline std::size_t find_no_target_byte(std::string_view text, std::size_t from) noexcept {
  return find_byte(
      text, from, [](const ByteBlock& block) { return block.no_target_bytes(); },
      [](char c) { return kind_of(c).no_target_byte; });
}

}  // namespace halo::http
