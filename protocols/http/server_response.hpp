#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "protocols/http/message.hpp"

namespace halo::http {

/// The phrase for a status, "Not Found"; empty for one that has none in RFC 9110.
std::string_view status_phrase(int status) noexcept;

/// Writes the answer to one request, for the server's handler. *Lifetime:* the handler's call.
///
/// 1. One answer: `send`, or `begin_chunks` with any number of `write`. A second one aborts.
/// 2. Date, the framing and Connection are the server's own; where HEAD was asked, or the status
/// has
///    no body, the body's bytes are counted and left out.
/// 3. It appends to one buffer that is written to the socket once for all requests of an event.
class ServerResponse {
 public:
  struct Terms {
    Version version;
    bool head_only;   ///< the answer to HEAD
    bool keep_alive;  ///< as far as the peer goes
  };

  /// `out`: what the answer is appended to; `date`: its Date line, with CRLF.
  ServerResponse(std::string& out, std::string_view date, Terms terms) noexcept
      : out_(out), date_(date), terms_(terms) {}
  ServerResponse(const ServerResponse&) = delete;
  ServerResponse& operator=(const ServerResponse&) = delete;

  /// Adds a field; before the answer is begun. Fails as check_header does, and with
  /// kBadHeaderName for those that are the server's own.
  [[nodiscard]] std::error_code add_header(std::string_view name, std::string_view value);

  /// The whole answer. `status`: 200 to 599. `content_type`: empty for none; a value as in
  /// add_header, which is checked: it must be right.
  void send(int status, std::string_view content_type, std::string_view body);

  /// The beginning of an answer whose length is not known: chunks, or for HTTP/1.0 until the close.
  void begin_chunks(int status, std::string_view content_type);
  /// The next bytes of the body.
  void write(std::string_view bytes);

  /// Ends the connection behind this answer; before the answer is begun.
  void close_after() noexcept { terms_.keep_alive = false; }

  /// For the server: ends the chunks; false: there was no answer.
  bool finish();
  bool keep_alive() const noexcept { return terms_.keep_alive; }

 private:
  enum class State : std::uint8_t { kNothing, kChunks, kDone };

  void begin(int status, std::string_view content_type);
  void end_head();
  bool has_body(int status) const noexcept;

  std::string& out_;
  std::string_view date_;
  Terms terms_;
  std::string fields_;  // added ones, as they will stand in the head
  State state_ = State::kNothing;
  bool chunked_ = false;
  bool counted_only_ = false;  // the body's bytes
};

}  // namespace halo::http
