#include "protocols/http/internal/head_reader.hpp"

#include <algorithm>
#include <utility>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/byte_scan.hpp"
#include "protocols/http/internal/field_line.hpp"
#include "protocols/http/syntax.hpp"

namespace halo::http {
namespace {

constexpr std::size_t kKeptBytes = 4 * 1024;  // of a head in pieces: enough for nearly all
constexpr std::size_t kKeptFields = 128;

}  // namespace

void HeadReader::shrink() noexcept {
  if (kept_.capacity() > kKeptBytes) {
    std::string().swap(kept_);
  }
  if (fields_.capacity() > kKeptFields) {
    std::vector<FieldPlace>().swap(fields_);
  }
}

HeadReader::State HeadReader::read(std::string_view& input, const Bounds& bounds) {
  const std::size_t before = kept_.size();
  // A byte past the bound is enough to know that there are too many.
  const std::string_view piece =
      input.substr(0, std::min(input.size(), bounds.head_bytes_max + 1 - before));
  if (before > 0) {
    kept_.append(piece);
    text_ = kept_;
  } else {
    text_ = piece;
  }
  const State state = scan(bounds);
  if (state == State::kMore) {
    if (before == 0) {
      kept_.assign(piece);
      text_ = kept_;
    }
    input.remove_prefix(piece.size());
  } else if (state == State::kComplete) {
    text_ = text_.substr(0, read_bytes_);
    input.remove_prefix(read_bytes_ - before);
  }
  return state;
}

HeadReader::State HeadReader::scan(const Bounds& bounds) {
  for (;;) {
    if (read_bytes_ == line_begin_ && read_bytes_ < text_.size() && lines_ > 0 &&
        is_blank(text_[read_bytes_])) {
      return fail(read_bytes_ < bounds.head_bytes_max ? HttpErrc::kFoldedHeader
                                                      : HttpErrc::kHeadTooLarge);
    }
    const std::size_t cr = find_control(text_, read_bytes_);
    const std::size_t end = std::min(text_.size(), bounds.head_bytes_max);
    if (cr + 1 >= end || cr > line_begin_ + bounds.line_bytes_max || text_[cr] != '\r' ||
        text_[cr + 1] != '\n') {
      return stop(cr, bounds);
    }
    const std::size_t begin = std::exchange(line_begin_, cr + 2);
    read_bytes_ = line_begin_;
    if (cr == begin) {
      return State::kComplete;
    }
    if (lines_ == bounds.lines_max) {
      return fail(HttpErrc::kTooManyHeaders);
    }
    if (++lines_ == 1 && bounds.start_line) {
      first_line_bytes_ = cr;
    } else {
      add_field(begin, cr);
    }
  }
}

// What it means that no line ends `at` the first control byte, or at the end of the text.
HeadReader::State HeadReader::stop(std::size_t at, const Bounds& bounds) {
  const std::size_t line_limit = line_begin_ + bounds.line_bytes_max;
  if (at > std::min(line_limit, bounds.head_bytes_max)) {
    return fail(line_limit < bounds.head_bytes_max ? HttpErrc::kLineTooLong
                                                   : HttpErrc::kHeadTooLarge);
  }
  if (at == text_.size()) {
    read_bytes_ = at;
    return State::kMore;
  }
  if (at == bounds.head_bytes_max) {
    return fail(HttpErrc::kHeadTooLarge);
  }
  if (text_[at] != '\r') {
    return fail(text_[at] == '\n' ? HttpErrc::kBareLf : HttpErrc::kBadHeaderValue);
  }
  if (at + 1 == text_.size()) {
    read_bytes_ = at;  // the CR is looked at again, with what follows
    return State::kMore;
  }
  return fail(at + 1 >= bounds.head_bytes_max ? HttpErrc::kHeadTooLarge : HttpErrc::kBareCr);
}

void HeadReader::add_field(std::size_t begin, std::size_t end) {
  FieldPlace field;
  if (split_field_line(text_.data(), begin, end, field)) {
    fields_.push_back(field);
  } else {
    has_bad_name_ = true;
  }
}

HeadReader::State HeadReader::fail(HttpErrc error) noexcept {
  error_ = error;
  return State::kFailed;
}

}  // namespace halo::http
