#pragma once

#include <cstddef>
#include <string_view>

#include "protocols/http/headers.hpp"
#include "protocols/http/parser_limits.hpp"

namespace halo::http {

/// What nearly all requests are: GET or HEAD of a path by HTTP/1.1, with one Host, without a body,
/// whose head has come as a whole. A server that recognises it needs no RequestParser for it.
///
/// It refuses nothing; and it takes only what RequestParser, with the framing guard and llhttp,
/// would take and see the same in: without a length and a coding there is no question where the
/// request ends, and that is what llhttp is asked about. The fuzz target of requests holds one
/// against the other.
/// *Owner:* what the sessions of a loop share: it keeps its memory for the next one. *Thread:* the
/// loop's.
class PlainRequest {
 public:
  /// Whether `input` begins with a plain request. If not, the input is something else, or wrong, or
  /// not all there: RequestParser will tell.
  bool read(std::string_view input, const ParserLimits& limits);

  /// Of the request that was read, until the next one: its bytes, none of which are behind its
  /// head; and what RequestHead has.
  std::size_t bytes() const noexcept { return headers_.text().size(); }
  std::string_view method() const noexcept { return headers_.text().substr(0, method_bytes_); }
  std::string_view target() const noexcept {
    return headers_.text().substr(method_bytes_ + 1, target_bytes_);
  }
  const Headers& headers() const noexcept { return headers_; }
  bool keep_alive() const noexcept { return keep_alive_; }
  bool head_only() const noexcept { return method_bytes_ == std::string_view("HEAD").size(); }

 private:
  std::size_t read_first_line(std::string_view input) noexcept;

  Headers headers_;
  std::size_t method_bytes_ = 0;
  std::size_t target_bytes_ = 0;
  bool keep_alive_ = false;
};

}  // namespace halo::http
