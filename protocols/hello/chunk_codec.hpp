#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "protocols/hello/answers.hpp"
#include "protocols/hello/decoder.hpp"

namespace halo::hello {

/// Takes what has arrived for a message, as a program does that trusts one recv(1024) to be one
/// message. TCP keeps no such promise: this is the tutorial's framing, not one to build on.
///
///   unread bytes       decode and decode_eof
///   ---------------------------------------------
///   (none)             needs more
///   1 to 1024          message: all of them
///   more               message: the first 1024
class ChunkDecoder {
 public:
  /// A view into the unread bytes: any bytes, at least one.
  using Message = std::string_view;
  static constexpr Framing kFraming = Framing::kChunk;
  /// What one recv of the tutorial's server takes.
  static constexpr std::size_t kMessageBytesMax = 1024;

  Decoded<Message> decode(std::span<const std::byte> unread) noexcept;
  Decoded<Message> decode_eof(std::span<const std::byte> unread) noexcept { return decode(unread); }
};

static_assert(Decoder<ChunkDecoder>);

}  // namespace halo::hello
