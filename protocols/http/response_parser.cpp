#include "protocols/http/response_parser.hpp"

#include <algorithm>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/message_reader.hpp"
#include "protocols/http/internal/start_line.hpp"

namespace halo::http {
namespace {

constexpr std::string_view kBeginning = "HTTP/";

}  // namespace

ResponseParser::ResponseParser(const ParserLimits& limits)
    : reader_(std::make_unique<MessageReader>(LlhttpReader::Kind::kResponse, limits)) {}

ResponseParser::~ResponseParser() = default;

void ResponseParser::begin(AnswerTo answer_to) {
  reader_->begin();
  answer_to_ = answer_to;
  begun_ = false;
  first_line_read_ = false;
  interims_ = 0;
  framing_ = Framing{};
  error_ = {};
}

void ResponseParser::pause() noexcept { reader_->pause(); }
void ResponseParser::resume() noexcept { reader_->resume(); }
bool ResponseParser::paused() const noexcept { return reader_->paused(); }
bool ResponseParser::complete() const noexcept { return reader_->complete(); }

Progress ResponseParser::feed(std::span<const std::byte> bytes, ResponseSink& sink) {
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

/// As soon as it can be told, so that a peer of another protocol is not waited for.
HttpErrc ResponseParser::check_first_line() {
  begun_ = true;
  if (first_line_read_) {
    return {};
  }
  const HeadReader& lines = reader_->lines();
  const std::string_view text = lines.text();
  const std::size_t bytes = std::min(text.size(), kBeginning.size());
  if (text.substr(0, bytes) != kBeginning.substr(0, bytes)) {
    return HttpErrc::kBadHead;
  }
  if (lines.lines() == 0) {
    return {};
  }
  StatusLine line;
  if (const HttpErrc error = read_status_line(lines.first_line(), line); failed(error)) {
    return error;
  }
  first_line_read_ = true;
  version_ = line.version;
  status_ = line.status;
  reason_begin_ = lines.first_line().size() - line.reason.size();
  reason_bytes_ = line.reason.size();
  return {};
}

HttpErrc ResponseParser::end_head(ResponseSink& sink) {
  if (const HttpErrc error = reader_->read_head_fields(); failed(error)) {
    return error;
  }
  if (const HttpErrc error =
          frame_response(reader_->fields(), version_, status_, answer_to_, framing_);
      failed(error)) {
    return error;
  }
  if (const HttpErrc error = reader_->end_head(framing_); failed(error)) {
    return error;
  }
  const std::string_view reason = reader_->headers().text().substr(reason_begin_, reason_bytes_);
  const ResponseHead head{version_, status_, reason, reader_->headers(), framing_};
  if (status_ >= 200) {
    sink.on_head(head);
    return {};
  }
  if (++interims_ > reader_->limits().interims_max) {
    return HttpErrc::kTooManyInterims;
  }
  sink.on_interim(head);
  reader_->forget_head();
  first_line_read_ = false;
  return {};
}

std::error_code ResponseParser::finish(ResponseSink& sink) {
  if (error_) {
    return error_;
  }
  if (const HttpErrc error = begun_ ? reader_->read_end(sink) : HttpErrc::kEmptyReply;
      failed(error)) {
    error_ = error;
  }
  return error_;
}

}  // namespace halo::http
