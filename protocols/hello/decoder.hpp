#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <system_error>

#include "protocols/hello/answers.hpp"

namespace halo::hello {

/// What a decoder found at the front of the unread bytes: a message, or an error, or neither,
/// which means that more bytes are needed.
template <class Message>
struct Decoded {
  std::size_t consumed = 0;  ///< bytes from the front that the message took; else zero
  std::optional<Message> message;
  std::error_code error;
};

/// Cuts messages from the front of a stream. Bytes in, messages out: no socket, no clock.
///
/// `decode(unread)` takes all bytes that were received and not consumed yet; called again without
/// having consumed, it takes the same bytes with more behind them. The caller consumes what
/// `consumed` says. `decode_eof(unread)` is `decode` when no more bytes will come. A message may be
/// a view into `unread`. After an error the stream cannot be followed any further.
template <class D>
concept Decoder = requires(D decoder, std::span<const std::byte> unread) {
  typename D::Message;
  { decoder.decode(unread) } -> std::same_as<Decoded<typename D::Message>>;
  { decoder.decode_eof(unread) } -> std::same_as<Decoded<typename D::Message>>;
  { D::kFraming } -> std::convertible_to<Framing>;
  { D::kMessageBytesMax } -> std::convertible_to<std::size_t>;
};

}  // namespace halo::hello
