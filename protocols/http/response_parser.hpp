#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "protocols/http/http_error.hpp"
#include "protocols/http/message.hpp"
#include "protocols/http/message_sink.hpp"
#include "protocols/http/parser_limits.hpp"

namespace halo::http {

class MessageReader;

/// Reads answers of HTTP/1.0 and 1.1, one at a time: bytes in, events out. No socket, no clock.
///
/// 1. What it makes of the bytes does not depend on the pieces that they come in.
/// 2. An answer is complete, or an error: a part of one never passes for the whole.
/// 3. It consumes nothing behind the answer: bytes that are left over then were sent by somebody
///    who has lost count, and their connection must not be used again.
/// 4. Used again, it allocates only for an answer that is larger than those before.
/// *Thread:* any one at a time.
class ResponseParser {
 public:
  explicit ResponseParser(const ParserLimits& limits = {});
  ~ResponseParser();
  ResponseParser(const ResponseParser&) = delete;
  ResponseParser& operator=(const ResponseParser&) = delete;

  /// Ready for the answer to the next request.
  void begin(AnswerTo answer_to = AnswerTo::kOther);

  /// Reads on. It stops early, and says so by what it has consumed, at the end of the answer or
  /// when the sink has paused it. Fails with an HttpErrc from kBadHead to kBodyTooLarge; then the
  /// connection is of no use any more, and each further call fails likewise.
  Progress feed(std::span<const std::byte> bytes, ResponseSink& sink);

  /// The peer will send no more, and everything was consumed. Completes a body that lasts until
  /// the close, else fails with kEmptyReply, kHeadTruncated or kBodyTruncated, unless the answer is
  /// complete.
  [[nodiscard]] std::error_code finish(ResponseSink& sink);

  /// Makes `feed` return behind the callback at hand; `feed` goes on after `resume`, from the first
  /// byte that was not consumed, and must be called then even where none is left.
  void pause() noexcept;
  void resume() noexcept;
  bool paused() const noexcept;

  bool complete() const noexcept;
  /// Whether a byte of the answer was seen, if only of an interim one.
  bool begun() const noexcept { return begun_; }
  /// Whether the connection may carry another request; known from on_head on, worth something once
  /// the answer is complete and nothing is left over.
  bool keep_alive() const noexcept { return framing_.keep_alive; }
  const Framing& framing() const noexcept { return framing_; }

 private:
  HttpErrc end_head(ResponseSink& sink);
  HttpErrc check_first_line();

  std::unique_ptr<MessageReader> reader_;
  AnswerTo answer_to_ = AnswerTo::kOther;
  bool begun_ = false;
  bool first_line_read_ = false;
  Version version_ = Version::kHttp11;
  int status_ = 0;
  std::size_t reason_begin_ = 0;  // in the head's text
  std::size_t reason_bytes_ = 0;
  std::size_t interims_ = 0;
  Framing framing_{};
  std::error_code error_;
};

}  // namespace halo::http
