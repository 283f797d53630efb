#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/http/headers.hpp"
#include "protocols/http/http_error.hpp"

namespace halo::http {

/// Gathers the lines of a head, or of trailers, up to the empty one, splits them into fields, and
/// lets nothing through on which parsers disagree. The first half of the framing guard: lines.
///
///   at a line's begin   CR LF                    the end
///                       SP or HTAB               kFoldedHeader, but for the first line
///   anywhere            CR LF                    the end of a line
///                       CR and another byte      kBareCr
///                       LF                       kBareLf
///                       another control byte     kBadHeaderValue; HTAB is fine
///
/// 1. Each byte is looked at once, in words, however many pieces it comes in; names once more, when
///    their line is complete.
/// 2. The verdict does not depend on the pieces: it is that of the first byte that is too much.
/// 3. Lines that arrive in one piece are not copied.
class HeadReader {
 public:
  struct Bounds {
    std::size_t head_bytes_max;
    std::size_t line_bytes_max;
    std::size_t lines_max;
    bool start_line;  ///< the first line is none of a field
  };

  enum class State : std::uint8_t {
    kMore,  ///< everything was taken, and more is needed
    kComplete,
    kFailed,
  };

  /// Forgets everything but the memory.
  void clear() noexcept {
    kept_.clear();
    text_ = {};
    read_bytes_ = 0;
    line_begin_ = 0;
    lines_ = 0;
    fields_.clear();
    has_bad_name_ = false;
    error_ = {};
  }

  /// Takes bytes from the front of `input`, which it shortens.
  State read(std::string_view& input, const Bounds& bounds);

  /// Why it failed.
  HttpErrc error() const noexcept { return error_; }
  /// Whether a byte was taken.
  bool begun() const noexcept { return !text_.empty(); }
  /// Everything so far. *Lifetime:* until the next call, and that of the input.
  std::string_view text() const noexcept { return text_; }
  /// The lines that are complete; not the empty one.
  std::size_t lines() const noexcept { return lines_; }
  /// The first line without CRLF: it must be complete.
  std::string_view first_line() const noexcept { return text_.substr(0, first_line_bytes_); }
  /// Where the fields of the complete lines lie in `text()`; values without the blanks around them.
  std::span<const FieldPlace> fields() const noexcept { return fields_; }
  /// Whether one of the lines is no field, for want of a token and a colon at its begin.
  bool has_bad_name() const noexcept { return has_bad_name_; }

  /// Gives memory back that an unusual message has left.
  void shrink() noexcept;

 private:
  State scan(const Bounds& bounds);
  State stop(std::size_t at, const Bounds& bounds);
  void add_field(std::size_t begin, std::size_t end);
  State fail(HttpErrc error) noexcept;

  std::string kept_;            // of lines that came in pieces
  std::string_view text_;       // in kept_, or in the input
  std::size_t read_bytes_ = 0;  // of text_, looked at
  std::size_t line_begin_ = 0;
  std::size_t lines_ = 0;
  std::size_t first_line_bytes_ = 0;
  std::vector<FieldPlace> fields_;
  bool has_bad_name_ = false;
  HttpErrc error_{};
};

}  // namespace halo::http
