#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include "protocols/http/headers.hpp"

namespace halo::http {

/// What stands before a chunk's bytes: their number in hexadecimal and CRLF. A value, so that the
/// bytes themselves need not be copied: send view(), the bytes, kChunkEnd.
/// See: RFC 9112, 7.1.
class ChunkHead {
 public:
  /// `bytes`: the chunk's length; not zero, for that is the last chunk.
  explicit ChunkHead(std::size_t bytes) noexcept;

  std::string_view view() const noexcept { return {text_.data(), text_bytes_}; }

 private:
  std::array<char, 2 * sizeof(std::size_t) + 2> text_;
  std::size_t text_bytes_;
};

/// What stands behind a chunk's bytes.
inline constexpr std::string_view kChunkEnd = "\r\n";

/// Appends `bytes` as one chunk; nothing where there are none.
void append_chunk(std::string& out, std::string_view bytes);

/// Appends the last chunk and the trailers. Fails, and leaves `out` as it was, as check_header
/// does, and with kFramingHeader for a trailer that says how the message is framed or routed. See:
/// RFC 9110, 6.5.1.
[[nodiscard]] std::error_code append_last_chunk(std::string& out, const Headers& trailers = {});

}  // namespace halo::http
