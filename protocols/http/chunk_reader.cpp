#include "protocols/http/internal/chunk_reader.hpp"

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/byte_scan.hpp"
#include "protocols/http/syntax.hpp"

namespace halo::http {

ChunkReader::State ChunkReader::read_size(std::string_view& input,
                                          std::size_t extension_bytes_max) {
  while (!input.empty()) {
    const char c = input.front();
    if (step_ == Step::kEnd) {  // the line before is read: a new one begins
      step_ = Step::kSize;
      digits_ = 0;
      size_ = 0;
    }
    if (!take(c, extension_bytes_max)) {
      return State::kFailed;
    }
    input.remove_prefix(1);
    if (step_ == Step::kEnd) {
      return State::kComplete;
    }
  }
  return State::kMore;
}

bool ChunkReader::take(char c, std::size_t extension_bytes_max) {
  switch (step_) {
    case Step::kSize:
      if (digits_ > 0 && (c == '\r' || c == ';')) {
        step_ = c == '\r' ? Step::kLineEnd : Step::kExtension;
        return true;
      }
      return take_digit(c);
    case Step::kExtension:
      if (c == '\r') {
        step_ = Step::kLineEnd;
        return true;
      }
      if (is_control(c) && c != '\t') {
        return fail(HttpErrc::kBadChunk);
      }
      return ++extension_bytes_ <= extension_bytes_max || fail(HttpErrc::kTrailersTooLarge);
    case Step::kLineEnd:
      if (c != '\n') {
        return fail(HttpErrc::kBadChunk);
      }
      line_[digits_] = '\r';
      line_[digits_ + 1U] = '\n';
      step_ = Step::kEnd;
      return true;
    case Step::kEnd:
      break;
  }
  return fail(HttpErrc::kBadChunk);
}

bool ChunkReader::take_digit(char c) noexcept {
  const int value = hex_value(c);
  if (value < 0 || digits_ == kDigitsMax) {
    return fail(HttpErrc::kBadChunk);
  }
  line_[digits_++] = c;
  size_ = size_ * 16 + static_cast<std::uint64_t>(value);
  return true;
}

ChunkReader::State ChunkReader::read_end(std::string_view& input) {
  while (!input.empty()) {
    if (input.front() != (begun_ ? '\n' : '\r')) {
      (void)fail(HttpErrc::kBadChunk);  // which the state says
      return State::kFailed;
    }
    input.remove_prefix(1);
    begun_ = !begun_;
    if (!begun_) {
      return State::kComplete;
    }
  }
  return State::kMore;
}

bool ChunkReader::fail(HttpErrc error) noexcept {
  error_ = error;
  return false;
}

}  // namespace halo::http
