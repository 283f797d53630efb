#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace halo::http {

/// What a parser takes before it refuses the message: llhttp itself has no limits. The defaults are
/// near those of curl and Node, above which no honest peer was seen.
struct ParserLimits {
  /// Of a head, from its first byte to the empty line, and of its longest line without CRLF.
  std::size_t head_bytes_max = 256 * 1024;
  std::size_t line_bytes_max = 64 * 1024;
  std::size_t fields_max = 5000;
  /// Of the trailers, with the empty line: few send any.
  std::size_t trailers_bytes_max = 16 * 1024;
  /// Of all chunk extensions of one body together: they mean nothing here, and cost time.
  std::size_t chunk_extension_bytes_max = 16 * 1024;
  /// Of a body, whether it says its length or not.
  std::uint64_t body_bytes_max = std::numeric_limits<std::uint64_t>::max();
  /// Answers of 1xx before the final one.
  std::size_t interims_max = 100;
};

}  // namespace halo::http
