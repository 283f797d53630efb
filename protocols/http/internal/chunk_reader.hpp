#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "protocols/http/http_error.hpp"
#include "protocols/http/syntax.hpp"

namespace halo::http {

/// Reads the line before a chunk's bytes, `1a;name=value CRLF`, and the CRLF behind them.
///
///   one to 15 hexadecimal digits, then CRLF               the size
///   digits, `;`, anything but control bytes, CRLF         the size: extensions mean nothing here
///   any other byte: a blank, a sign, 0x, a bare CR or LF  kBadChunk
///
/// Extensions are counted, over all chunks of a body. Digits too, leading zeros included: no honest
/// sender needs 15.
class ChunkReader {
 public:
  static constexpr std::size_t kDigitsMax = 15;  // sizes stay below 2^60

  enum class State : std::uint8_t { kMore, kComplete, kFailed };

  /// Forgets the extensions counted so far.
  void clear() noexcept { *this = {}; }

  /// Takes bytes of a size line from the front of `input`, which it shortens.
  State read_size(std::string_view& input, std::size_t extension_bytes_max);
  /// As read_size, of the CRLF behind a chunk's bytes.
  State read_end(std::string_view& input);

  /// The chunk at the very front of `input`, where it is there as a whole, from its line without an
  /// extension to the CRLF at its end, which behind the last one ends the trailers; else nothing,
  /// and it is to be read in steps. Between chunks only, and not `in_line`.
  struct Whole {
    std::size_t line_bytes = 0;  ///< with CRLF; zero: nothing
    std::size_t bytes = 0;       ///< of the chunk, without line and end; zero: the last one
  };
  static Whole peek_whole(std::string_view input) noexcept;

  /// Whether the first bytes of a size line were taken, and not yet its last one.
  bool in_line() const noexcept { return step_ != Step::kEnd && digits_ > 0; }

  /// The bytes of the chunk whose line is complete; zero: it is the last one.
  std::uint64_t size() const noexcept { return size_; }
  /// That line as it would be without extensions, CRLF included.
  std::string_view plain_line() const noexcept { return {line_.data(), digits_ + 2U}; }
  /// Why it failed.
  HttpErrc error() const noexcept { return error_; }

 private:
  enum class Step : std::uint8_t { kSize, kExtension, kLineEnd, kEnd };

  bool take(char c, std::size_t extension_bytes_max);
  bool take_digit(char c) noexcept;
  bool fail(HttpErrc error) noexcept;

  Step step_ = Step::kSize;
  std::uint8_t digits_ = 0;
  bool begun_ = false;  // the CR of the end is there
  std::array<char, kDigitsMax + 2> line_{};
  std::uint64_t size_ = 0;
  std::size_t extension_bytes_ = 0;
  HttpErrc error_{};
};

// Here, so that the loop over small chunks has no call in it.
inline ChunkReader::Whole ChunkReader::peek_whole(std::string_view input) noexcept {
  constexpr std::size_t kCrLfBytes = 2;
  const auto is_crlf = [](const char* at) { return std::memcmp(at, "\r\n", kCrLfBytes) == 0; };
  const char* const begin = input.data();
  const std::size_t digits_end = std::min(input.size(), kDigitsMax);
  std::size_t digits = 0;
  std::uint64_t size = 0;
  for (; digits < digits_end; ++digits) {
    const int value = hex_value(begin[digits]);
    if (value < 0) {
      break;
    }
    size = size << 4U | static_cast<std::uint64_t>(value);
  }
  // No sum here wraps: the size has 60 bits.
  const std::uint64_t line_bytes = digits + kCrLfBytes;
  if (digits == 0 || line_bytes + size + kCrLfBytes > input.size() || !is_crlf(begin + digits) ||
      !is_crlf(begin + line_bytes + size)) {
    return {};
  }
  return {static_cast<std::size_t>(line_bytes), static_cast<std::size_t>(size)};
}

}  // namespace halo::http
