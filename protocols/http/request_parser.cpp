#include "protocols/http/request_parser.hpp"

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/message_reader.hpp"
#include "protocols/http/internal/start_line.hpp"

namespace halo::http {

RequestParser::RequestParser(const ParserLimits& limits)
    : reader_(std::make_unique<MessageReader>(LlhttpReader::Kind::kRequest, limits)) {}

RequestParser::~RequestParser() = default;

void RequestParser::begin() {
  reader_->begin();
  begun_ = false;
  empty_line_skipped_ = false;
  first_line_read_ = false;
  framing_ = Framing{};
  error_ = {};
}

void RequestParser::pause() noexcept { reader_->pause(); }
void RequestParser::resume() noexcept { reader_->resume(); }
bool RequestParser::paused() const noexcept { return reader_->paused(); }
bool RequestParser::complete() const noexcept { return reader_->complete(); }

Progress RequestParser::feed(std::span<const std::byte> bytes, RequestSink& sink) {
  std::string_view input(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  HttpErrc error{};
  while (!error_ && !failed(error) && !reader_->paused() && reader_->in_head() && !input.empty()) {
    begun_ = true;
    error = read_head(input, sink);
  }
  if (!error_ && !failed(error) && !reader_->in_head()) {
    error = reader_->read_body(input, sink);
  }
  if (failed(error)) {
    error_ = error;
  }
  return {bytes.size() - input.size(), error_};
}

HttpErrc RequestParser::read_head(std::string_view& input, RequestSink& sink) {
  const HeadReader::State state = reader_->read_head_lines(input);
  if (const HttpErrc error = check_first_line(); failed(error)) {
    return error;
  }
  switch (state) {
    case HeadReader::State::kMore:
      return {};
    case HeadReader::State::kFailed:
      return reader_->lines().error();
    case HeadReader::State::kComplete:
      break;
  }
  if (first_line_read_) {
    return end_head(sink);
  }
  if (empty_line_skipped_) {
    return HttpErrc::kBadHead;
  }
  empty_line_skipped_ = true;
  reader_->forget_head();
  return {};
}

/// As soon as it is there, so that a wrong one is answered at once.
HttpErrc RequestParser::check_first_line() {
  if (first_line_read_ || reader_->lines().lines() == 0) {
    return {};
  }
  first_line_ = reader_->lines().first_line();
  RequestLine line;
  if (const HttpErrc error = read_request_line(first_line_, line); failed(error)) {
    return error;
  }
  first_line_read_ = true;
  version_ = line.version;
  method_ = line.method;
  target_ = line.target;
  return {};
}

HttpErrc RequestParser::end_head(RequestSink& sink) {
  if (const HttpErrc error = reader_->read_head_fields(); failed(error)) {
    return error;
  }
  if (const HttpErrc error = frame_request(reader_->fields(), version_, method_, framing_);
      failed(error)) {
    return error;
  }
  if (const HttpErrc error = reader_->end_head(framing_); failed(error)) {
    return error;
  }
  const bool expects = reader_->fields().expects_continue && version_ == Version::kHttp11 &&
                       framing_.body != BodyKind::kNone;
  sink.on_head({method_, target_, version_, reader_->headers(), framing_, expects});
  return {};
}

std::error_code RequestParser::finish(RequestSink& sink) {
  if (error_) {
    return error_;
  }
  if (const HttpErrc error = reader_->read_end(sink); failed(error)) {
    error_ = error;
  }
  return error_;
}

}  // namespace halo::http
