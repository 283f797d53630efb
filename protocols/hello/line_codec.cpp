#include "protocols/hello/line_codec.hpp"

#include <system_error>

namespace halo::hello {

Decoded<LineDecoder::Message> LineDecoder::too_long() noexcept {
  return {0, std::nullopt, std::make_error_code(std::errc::message_size)};
}

Decoded<LineDecoder::Message> LineDecoder::incomplete(std::string_view text) noexcept {
  scanned_bytes_ = text.size();
  // A CR at the very end may turn out to be no part of the line.
  const std::size_t line_bytes_min = text.size() - (text.ends_with('\r') ? 1 : 0);
  return line_bytes_min > line_bytes_max_ ? too_long() : Decoded<Message>{};
}

Decoded<LineDecoder::Message> LineDecoder::decode_eof(std::span<const std::byte> unread) noexcept {
  const Decoded<Message> decoded = decode(unread);
  if (decoded.message || decoded.error || unread.empty()) {
    return decoded;
  }
  const std::string_view rest(reinterpret_cast<const char*>(unread.data()), unread.size());
  return found(rest, unread.size());
}

}  // namespace halo::hello
