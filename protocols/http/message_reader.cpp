#include "protocols/http/internal/message_reader.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include "protocols/http/http_error.hpp"
#include "reactor/check.hpp"

namespace halo::http {
namespace {

constexpr std::size_t kHeadersKeptBytes = 32 * 1024;
constexpr std::string_view kCrLf = "\r\n";
constexpr std::size_t kHeadBytesMaxMax = std::size_t{1} << 31;  // lines are counted in 32 bits

}  // namespace

MessageReader::MessageReader(LlhttpReader::Kind kind, const ParserLimits& limits)
    : limits_(limits), llhttp_(kind) {
  HALO_CHECK(
      limits.head_bytes_max <= kHeadBytesMaxMax && limits.trailers_bytes_max <= kHeadBytesMaxMax,
      "a head of more than 2 GiB");
}

void MessageReader::begin() {
  if (headers_.memory_bytes() > kHeadersKeptBytes) {
    headers_ = Headers();
  }
  forget_head();
  lines_.shrink();
  trailers_.clear();
  paused_ = false;
}

void MessageReader::forget_head() noexcept {
  lines_.clear();
  fields_ = FramingFields{};
  headers_.clear();
  step_ = Step::kHead;
}

HeadReader::State MessageReader::read_head_lines(std::string_view& input) {
  return lines_.read(
      input, {limits_.head_bytes_max, limits_.line_bytes_max, limits_.fields_max + 1, true});
}

HttpErrc MessageReader::read_head_fields() { return read_fields(lines_, headers_, fields_); }

HttpErrc MessageReader::end_head(const Framing& framing) {
  if (framing.body == BodyKind::kLength && framing.length > limits_.body_bytes_max) {
    return HttpErrc::kBodyTooLarge;
  }
  if (!llhttp_.read_head(lines_.text(), framing)) {
    return HttpErrc::kBadHead;
  }
  body_ = framing.body;
  body_bytes_ = 0;
  switch (framing.body) {
    case BodyKind::kNone:
      step_ = Step::kEnd;
      break;
    case BodyKind::kLength:
      data_bytes_left_ = framing.length;
      step_ = framing.length > 0 ? Step::kData : Step::kEnd;
      break;
    case BodyKind::kUntilClose:
      data_bytes_left_ = limits_.body_bytes_max;
      step_ = Step::kData;
      break;
    case BodyKind::kChunked:
      chunk_.clear();
      step_ = Step::kChunkSize;
      break;
  }
  return {};
}

HttpErrc MessageReader::read_body(std::string_view& input, MessageSink& sink) {
  HttpErrc error{};
  while (!failed(error) && !paused_) {
    if (step_ == Step::kEnd) {
      step_ = Step::kComplete;
      sink.on_complete(trailers_);
      return {};
    }
    if (input.empty() || step_ == Step::kComplete) {
      return {};
    }
    switch (step_) {
      case Step::kData:
        error = read_data(input, sink);
        break;
      case Step::kChunkSize:
        error = read_chunks(input, sink);
        break;
      case Step::kChunkEnd:
        error = read_chunk_end(input);
        break;
      case Step::kTrailers:
        error = read_trailers(input);
        break;
      case Step::kHead:
      case Step::kEnd:
      case Step::kComplete:
        return {};
    }
  }
  return error;
}

HttpErrc MessageReader::read_data(std::string_view& input, MessageSink& sink) {
  if (data_bytes_left_ == 0) {
    return HttpErrc::kBodyTooLarge;  // a body until the close, which has no other end
  }
  const auto bytes =
      static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), data_bytes_left_));
  const std::string_view piece = input.substr(0, bytes);
  data_bytes_left_ -= bytes;
  if (body_ == BodyKind::kChunked && !llhttp_.read_chunked(piece, bytes, false)) {
    return HttpErrc::kBadChunk;
  }
  if (data_bytes_left_ == 0 && body_ != BodyKind::kUntilClose) {
    step_ = body_ == BodyKind::kChunked ? Step::kChunkEnd : Step::kEnd;
  }
  input.remove_prefix(bytes);
  sink.on_body(std::as_bytes(std::span(piece)));
  return {};
}

/// The chunks that are there as a whole, for which llhttp is asked once, behind the last one; else
/// the next step of one.
HttpErrc MessageReader::read_chunks(std::string_view& input, MessageSink& sink) {
  if (chunk_.in_line()) {
    return read_chunk_size(input);
  }
  const std::string_view begin = input;
  const std::uint64_t bytes_max = limits_.body_bytes_max - body_bytes_;
  std::uint64_t bytes_left = bytes_max;
  bool last = false;
  while (!last && !paused_) {
    const ChunkReader::Whole whole = ChunkReader::peek_whole(input);
    if (whole.line_bytes == 0 || whole.bytes > bytes_left ||
        (whole.bytes == 0 && limits_.trailers_bytes_max < kCrLf.size())) {
      break;
    }
    const std::string_view bytes(input.data() + whole.line_bytes, whole.bytes);
    input.remove_prefix(whole.line_bytes + whole.bytes + kCrLf.size());
    bytes_left -= whole.bytes;
    last = bytes.empty();
    if (!last) {
      sink.on_body(std::as_bytes(std::span(bytes)));
    }
  }
  const std::string_view taken = begin.substr(0, begin.size() - input.size());
  if (taken.empty()) {
    return read_chunk_size(input);
  }
  const std::uint64_t body_bytes = bytes_max - bytes_left;
  body_bytes_ += body_bytes;
  step_ = last ? Step::kEnd : step_;
  return llhttp_.read_chunked(taken, static_cast<std::size_t>(body_bytes), last)
             ? HttpErrc{}
             : HttpErrc::kBadChunk;
}

HttpErrc MessageReader::read_chunk_size(std::string_view& input) {
  switch (chunk_.read_size(input, limits_.chunk_extension_bytes_max)) {
    case ChunkReader::State::kMore:
      return {};
    case ChunkReader::State::kFailed:
      return chunk_.error();
    case ChunkReader::State::kComplete:
      break;
  }
  if (chunk_.size() > limits_.body_bytes_max - body_bytes_) {
    return HttpErrc::kBodyTooLarge;
  }
  body_bytes_ += chunk_.size();
  if (!llhttp_.read_chunked(chunk_.plain_line(), 0, false)) {
    return HttpErrc::kBadChunk;
  }
  data_bytes_left_ = chunk_.size();
  step_ = chunk_.size() > 0 ? Step::kData : Step::kTrailers;
  if (step_ == Step::kTrailers) {
    lines_.clear();
    fields_ = FramingFields{};
  }
  return {};
}

HttpErrc MessageReader::read_chunk_end(std::string_view& input) {
  switch (chunk_.read_end(input)) {
    case ChunkReader::State::kMore:
      return {};
    case ChunkReader::State::kFailed:
      return chunk_.error();
    case ChunkReader::State::kComplete:
      break;
  }
  step_ = Step::kChunkSize;
  return llhttp_.read_chunked(kCrLf, 0, false) ? HttpErrc{} : HttpErrc::kBadChunk;
}

HttpErrc MessageReader::read_trailers(std::string_view& input) {
  switch (lines_.read(
      input, {limits_.trailers_bytes_max, limits_.line_bytes_max, limits_.fields_max, false})) {
    case HeadReader::State::kMore:
      return {};
    case HeadReader::State::kFailed:
      return lines_.error() == HttpErrc::kHeadTooLarge ? HttpErrc::kTrailersTooLarge
                                                       : lines_.error();
    case HeadReader::State::kComplete:
      break;
  }
  if (const HttpErrc error = read_fields(lines_, trailers_, fields_); failed(error)) {
    return error;
  }
  if (const HttpErrc error = check_trailers(fields_); failed(error)) {
    return error;
  }
  step_ = Step::kEnd;
  return llhttp_.read_chunked(lines_.text(), 0, true) ? HttpErrc{} : HttpErrc::kBadHead;
}

HttpErrc MessageReader::read_end(MessageSink& sink) {
  if (step_ == Step::kHead) {
    return HttpErrc::kHeadTruncated;
  }
  if (step_ == Step::kData && body_ == BodyKind::kUntilClose) {
    if (!llhttp_.read_end()) {
      return HttpErrc::kBodyTruncated;
    }
    step_ = Step::kEnd;
  }
  if (step_ == Step::kEnd) {
    paused_ = false;  // nothing is left that could wait
    step_ = Step::kComplete;
    sink.on_complete(trailers_);
  }
  return step_ == Step::kComplete ? HttpErrc{} : HttpErrc::kBodyTruncated;
}

}  // namespace halo::http
