#include "protocols/http/internal/head_reader.hpp"

#include <algorithm>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/byte_scan.hpp"

namespace halo::http {
namespace {

constexpr std::size_t kKeptBytes = 4 * 1024;  // of a head in pieces: enough for nearly all
constexpr std::size_t kKeptLines = 128;

}  // namespace

void HeadReader::clear() noexcept {
  kept_.clear();
  text_ = {};
  read_bytes_ = 0;
  line_begin_ = 0;
  line_ends_.clear();
  error_ = {};
}

void HeadReader::shrink() noexcept {
  if (kept_.capacity() > kKeptBytes) {
    std::string().swap(kept_);
  }
  if (line_ends_.capacity() > kKeptLines) {
    std::vector<std::uint32_t>().swap(line_ends_);
  }
}

std::string_view HeadReader::line(std::size_t index) const noexcept {
  const std::size_t begin = index == 0 ? 0 : line_ends_[index - 1] + std::size_t{2};
  return text_.substr(begin, line_ends_[index] - begin);
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
    if (read_bytes_ == line_begin_ && read_bytes_ < text_.size() && !line_ends_.empty() &&
        (text_[read_bytes_] == ' ' || text_[read_bytes_] == '\t')) {
      return fail(read_bytes_ < bounds.head_bytes_max ? HttpErrc::kFoldedHeader
                                                      : HttpErrc::kHeadTooLarge);
    }
    const std::size_t at = find_control(text_, read_bytes_);
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
    if (const State state = end_of_line(at, bounds); state != State::kMore) {
      return state;
    }
  }
}

/// kMore: on with the next line.
HeadReader::State HeadReader::end_of_line(std::size_t cr, const Bounds& bounds) {
  if (cr + 1 >= bounds.head_bytes_max) {
    return fail(HttpErrc::kHeadTooLarge);
  }
  if (text_[cr + 1] != '\n') {
    return fail(HttpErrc::kBareCr);
  }
  const bool empty = cr == line_begin_;
  read_bytes_ = line_begin_ = cr + 2;
  if (empty) {
    return State::kComplete;
  }
  if (line_ends_.size() == bounds.lines_max) {
    return fail(HttpErrc::kTooManyHeaders);
  }
  line_ends_.push_back(static_cast<std::uint32_t>(cr));
  return State::kMore;
}

HeadReader::State HeadReader::fail(std::error_code error) noexcept {
  error_ = error;
  return State::kFailed;
}

}  // namespace halo::http
