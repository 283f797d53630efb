#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "protocols/hello/decoder.hpp"
#include "reactor/check.hpp"
#include "tests/protocols/decoder_cases.hpp"

namespace halo::hello::test {

/// A decoder that aborts where the one inside breaks what hello::Decoder says of all of them.
template <Decoder D>
class Watched {
 public:
  using Message = typename D::Message;
  static constexpr Framing kFraming = D::kFraming;
  static constexpr std::size_t kMessageBytesMax = D::kMessageBytesMax;

  explicit Watched(D decoder) : decoder_(decoder) {}

  Decoded<Message> decode(std::span<const std::byte> unread) {
    return watched(unread, decoder_.decode(unread));
  }
  Decoded<Message> decode_eof(std::span<const std::byte> unread) {
    const Decoded<Message> decoded = watched(unread, decoder_.decode_eof(unread));
    HALO_CHECK(unread.empty() || decoded.message || decoded.error, "at the end nothing is left");
    return decoded;
  }

 private:
  static Decoded<Message> watched(std::span<const std::byte> unread,
                                  const Decoded<Message>& decoded) {
    HALO_CHECK(decoded.consumed <= unread.size(), "what is not there is not consumed");
    HALO_CHECK(decoded.message.has_value() == (decoded.consumed > 0),
               "a message takes bytes, and nothing else does");
    HALO_CHECK(!decoded.message || !decoded.error, "a message, or an error");
    if (decoded.message) {
      const auto* const begin = reinterpret_cast<const std::byte*>(decoded.message->data());
      HALO_CHECK(begin >= unread.data(), "a message is a view into the unread bytes");
      HALO_CHECK(begin + decoded.message->size() <= unread.data() + decoded.consumed,
                 "a message ends where its bytes end");
    }
    return decoded;
  }

  D decoder_;
};

/// `stream` in pieces of 1 to 8 bytes, which follow from `seed`.
template <Decoder D>
Outcome decode_in_small_pieces(D decoder, std::string_view stream, std::uint32_t seed) {
  Feeder<D> feeder(decoder);
  while (!stream.empty()) {
    seed = seed * 1664525 + 1013904223;
    const std::size_t bytes = 1 + (seed >> 29);
    feeder.arrive(stream.substr(0, bytes));
    stream.remove_prefix(bytes < stream.size() ? bytes : stream.size());
  }
  return feeder.end();
}

/// All of `stream` at once.
template <Decoder D>
Outcome decode_whole(D decoder, std::string_view stream) {
  Feeder<D> feeder(decoder);
  feeder.arrive(stream);
  return feeder.end();
}

}  // namespace halo::hello::test
