#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocols/http/message.hpp"

namespace halo::http {

/// llhttp, as the second of two readers: the framing guard cuts a message into pieces, each one
/// judged, and llhttp reads the same pieces. Each function says whether it takes the piece and sees
/// the same in it; where it does not, the message is refused. So no message passes that only one of
/// them would let through, and the guard's rules hold with any version of llhttp.
///
/// A body without chunks is not shown to it: both agree on its length before its first byte, and
/// whatever the bytes are, they mean nothing.
class LlhttpReader {
 public:
  enum class Kind : std::uint8_t { kRequest, kResponse };

  explicit LlhttpReader(Kind kind) noexcept : kind_(kind) {}
  LlhttpReader(const LlhttpReader&) = delete;  // llhttp keeps a pointer to it
  LlhttpReader& operator=(const LlhttpReader&) = delete;

  /// A whole head, the first piece of a message whose body is `framing`'s.
  [[nodiscard]] bool read_head(std::string_view head, const Framing& framing);
  /// The next bytes of a body in chunks: lines without extensions, data, trailers. `body_bytes`: of
  /// data among them; `last`: with them the message ends.
  [[nodiscard]] bool read_chunked(std::string_view bytes, std::size_t body_bytes, bool last);
  /// The end of input, with which the message ends.
  [[nodiscard]] bool read_end();

 private:
  struct Callbacks;  // llhttp's way back, see the .cpp file

  bool read(std::string_view piece);

  static constexpr std::size_t kStateBytes = 128;  // at least sizeof(llhttp_t)

  Kind kind_;
  bool skip_body_ = false;
  bool head_complete_ = false;
  bool message_complete_ = false;
  std::uint64_t body_bytes_ = 0;  // of the piece at hand
  Framing framing_{};             // what llhttp makes of the head
  alignas(std::max_align_t) std::byte state_[kStateBytes];
};

}  // namespace halo::http
