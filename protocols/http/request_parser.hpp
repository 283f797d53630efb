#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <system_error>

#include "protocols/http/http_error.hpp"
#include "protocols/http/message.hpp"
#include "protocols/http/message_sink.hpp"
#include "protocols/http/parser_limits.hpp"

namespace halo::http {

class MessageReader;

/// Reads requests of HTTP/1.0 and 1.1, one at a time: bytes in, events out. No socket, no clock.
/// What could be understood in two ways is refused: bare CR or LF, folded lines, Transfer-Encoding
/// beside Content-Length, HTTP/0.9, a Host that is missing or there twice.
///
/// Its rules are ResponseParser's. One empty line before a request is skipped (RFC 9112, 2.2).
/// *Thread:* any one at a time.
class RequestParser {
 public:
  explicit RequestParser(const ParserLimits& limits = {});
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Ready for the next request.
  void begin();

  /// Reads on. It stops early, and says so by what it has consumed, at the end of the request or
  /// when the sink has paused it. Fails with an HttpErrc from kBadMethod to kBodyTooLarge; then
  /// each further call fails likewise.
  Progress feed(std::span<const std::byte> bytes, RequestSink& sink);

  /// The peer will send no more. Fails with kHeadTruncated or kBodyTruncated within a request.
  [[nodiscard]] std::error_code finish(RequestSink& sink);

  /// As ResponseParser's.
  void pause() noexcept;
  void resume() noexcept;
  bool paused() const noexcept;

  bool complete() const noexcept;
  /// Whether the request line was read, and is right.
  bool first_line_read() const noexcept { return first_line_read_; }
  /// Whether a byte of the request was seen, if only of the empty line before it.
  bool begun() const noexcept { return begun_; }
  /// Whether the peer keeps the connection for another request; known from on_head on.
  bool keep_alive() const noexcept { return framing_.keep_alive; }
  const Framing& framing() const noexcept { return framing_; }

 private:
  HttpErrc end_head(RequestSink& sink);
  HttpErrc check_first_line();

  std::unique_ptr<MessageReader> reader_;
  bool begun_ = false;
  bool empty_line_skipped_ = false;
  bool first_line_read_ = false;
  Version version_ = Version::kHttp11;
  std::size_t method_bytes_ = 0;  // of the head's text, at its begin
  std::size_t target_bytes_ = 0;  // behind the method and a blank
  Framing framing_{};
  std::error_code error_;
};

}  // namespace halo::http
