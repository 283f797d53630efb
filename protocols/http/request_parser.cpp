#include "protocols/http/request_parser.hpp"

#include <string_view>
#include <utility>

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
  if (error_) {
    return {0, error_};
  }
  std::string_view input(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const HttpErrc error = reader_->read(
      input, sink, [this] { return check_first_line(); }, [&] { return end_head(sink); });
  if (failed(error)) {
    error_ = error;
  }
  return {bytes.size() - input.size(), error_};
}

/// As soon as it is there, so that a wrong one is answered at once.
HttpErrc RequestParser::check_first_line() {
  begun_ = true;
  if (first_line_read_ || reader_->lines().lines() == 0) {
    return {};
  }
  RequestLine line;
  if (const HttpErrc error = read_request_line(reader_->lines().first_line(), line);
      failed(error)) {
    return error;
  }
  first_line_read_ = true;
  version_ = line.version;
  method_bytes_ = line.method.size();
  target_bytes_ = line.target.size();
  return {};
}

HttpErrc RequestParser::end_head(RequestSink& sink) {
  if (!first_line_read_) {  // an empty line, of which one may stand before a request
    reader_->forget_head();
    return std::exchange(empty_line_skipped_, true) ? HttpErrc::kBadHead : HttpErrc{};
  }
  if (const HttpErrc error = reader_->read_head_fields(); failed(error)) {
    return error;
  }
  const std::string_view text = reader_->headers().text();
  const std::string_view method = text.substr(0, method_bytes_);
  if (const HttpErrc error = frame_request(reader_->fields(), version_, method, framing_);
      failed(error)) {
    return error;
  }
  if (const HttpErrc error = reader_->end_head(framing_); failed(error)) {
    return error;
  }
  const bool expects = reader_->fields().expects_continue && version_ == Version::kHttp11 &&
                       framing_.body != BodyKind::kNone;
  sink.on_head({method, text.substr(method_bytes_ + 1, target_bytes_), version_, reader_->headers(),
                framing_, expects});
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
