#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "protocols/hello/answers.hpp"
#include "protocols/hello/decoder.hpp"

namespace halo::hello {

/// Cuts lines. A line ends with LF; one CR before the LF is dropped with it.
///
///   unread bytes         decode                      decode_eof
///   ---------------------------------------------------------------------------
///   (none)               needs more                  nothing left
///   x... LF ...          message x...                as decode
///   x... CR LF ...       message x...                as decode
///   x...                 needs more                  message x..., a last CR included
///   more than the max    error message_size          as decode
///
/// 1. Only the message counts against the maximum, neither its CR nor its LF, so the verdict does
///    not depend on how the bytes arrive.
/// 2. Each byte is looked at once, however many calls it takes to complete its line.
class LineDecoder {
 public:
  /// A view into the unread bytes: any bytes but LF.
  using Message = std::string_view;
  static constexpr Framing kFraming = Framing::kLine;
  /// The longest line by default, in bytes: ample for a name, small enough for many connections.
  static constexpr std::size_t kMessageBytesMax = 64 * 1024;

  explicit LineDecoder(std::size_t line_bytes_max = kMessageBytesMax) noexcept
      : line_bytes_max_(line_bytes_max) {}

  /// Fails with std::errc::message_size.
  Decoded<Message> decode(std::span<const std::byte> unread) noexcept;
  Decoded<Message> decode_eof(std::span<const std::byte> unread) noexcept;

 private:
  Decoded<Message> found(std::string_view line, std::size_t consumed) noexcept;
  Decoded<Message> incomplete(std::string_view text) noexcept;
  static Decoded<Message> too_long() noexcept;

  std::size_t line_bytes_max_;
  std::size_t scanned_bytes_ = 0;  // of the unread ones, known to hold no LF
};

static_assert(Decoder<LineDecoder>);

// Here and not in the .cpp file, because a pipelining client makes this the server's inner loop.
inline Decoded<LineDecoder::Message> LineDecoder::decode(
    std::span<const std::byte> unread) noexcept {
  const std::string_view text(reinterpret_cast<const char*>(unread.data()), unread.size());
  const std::size_t end = text.find('\n', scanned_bytes_);
  if (end == std::string_view::npos) {
    return incomplete(text);
  }
  const bool cr = end > 0 && text[end - 1] == '\r';
  return found(text.substr(0, end - (cr ? 1 : 0)), end + 1);
}

inline Decoded<LineDecoder::Message> LineDecoder::found(std::string_view line,
                                                        std::size_t consumed) noexcept {
  scanned_bytes_ = 0;
  if (line.size() > line_bytes_max_) {
    return too_long();
  }
  return {consumed, line, {}};
}

}  // namespace halo::hello
