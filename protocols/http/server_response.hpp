#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "protocols/http/later_response.hpp"
#include "protocols/http/message.hpp"
#include "reactor/buffer.hpp"
#include "reactor/connection.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/time.hpp"

namespace halo::http {

class HeadStart;

/// The phrase for a status, "Not Found"; empty for one that has none in RFC 9110.
std::string_view status_phrase(int status) noexcept;

/// Writes the answer to one request, for the server's handler. *Lifetime:* the handler's call.
///
/// 1. One answer: `send`, `begin_chunks` with any number of `write`, or `later`. A second one
/// aborts.
/// 2. Date, the framing and Connection are the server's own; where HEAD was asked, or the status
///    has no body, the body's bytes are counted and left out.
/// 3. It appends to one buffer that is written to the socket once for all requests of an event;
///    one answer of 2 GiB or more aborts.
class ServerResponse {
 public:
  struct Terms {
    Version version;
    bool head_only;   ///< the answer to HEAD
    bool keep_alive;  ///< as far as the peer goes
  };

  /// Whose request is answered; it is what an answer that comes later goes by.
  struct Asker {
    EventLoop* loop;
    ConnectionId connection;
  };

  /// `out`: what the answer is appended to; `heads`: what heads begin with at `now`, the loop's.
  /// `asker` without a loop: there is no `later`.
  ServerResponse(Buffer& out, HeadStart& heads, TimePoint now, Terms terms,
                 Asker asker = {}) noexcept
      : out_(out), heads_(heads), now_(now), terms_(terms), asker_(asker) {}
  ServerResponse(const ServerResponse&) = delete;
  ServerResponse& operator=(const ServerResponse&) = delete;

  /// Adds a field; before the answer is begun. Fails as check_header does, and with
  /// kBadHeaderName for those that are the server's own.
  [[nodiscard]] std::error_code add_header(std::string_view name, std::string_view value);

  /// The whole answer. `status`: 200 to 599. `content_type`: empty for none; a value as in
  /// add_header, which is checked: it must be right.
  void send(int status, std::string_view content_type, std::string_view body) {
    send(status, content_type, {body});
  }
  /// The same with a body of several pieces, one behind the other.
  void send(int status, std::string_view content_type,
            std::initializer_list<std::string_view> body);

  /// The beginning of an answer whose length is not known: chunks, or for HTTP/1.0 until the close.
  void begin_chunks(int status, std::string_view content_type);
  /// The next bytes of the body.
  void write(std::string_view bytes);

  /// Takes the answer elsewhere: nothing is sent until the result says it. In place of `send`, and
  /// before any add_header: the answer's fields come with the answer.
  LaterResponse later();

  /// Ends the connection behind this answer; before the answer is begun.
  void close_after() noexcept { terms_.keep_alive = false; }

  /// For the server: whether the answer comes later.
  bool awaited() const noexcept { return state_ == State::kLater; }
  /// For the server: ends the chunks; false: there was no answer.
  bool finish();
  bool keep_alive() const noexcept { return terms_.keep_alive; }

 private:
  enum class State : std::uint8_t { kNothing, kChunks, kLater, kDone };

  void begin(State state, int status);
  void write_answer(int status, std::string_view content_type, std::optional<std::size_t> length,
                    std::span<const std::string_view> body, std::size_t body_bytes);
  bool has_body(int status) const noexcept;

  Buffer& out_;
  HeadStart& heads_;
  TimePoint now_;
  Terms terms_;
  Asker asker_;
  std::string fields_;  // added ones, as they will stand in the head
  State state_ = State::kNothing;
  bool chunked_ = false;
  bool counted_only_ = false;  // the body's bytes
};

}  // namespace halo::http
