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
  std::string_view input(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (!error_ && !reader_->paused() && reader_->in_head() && !input.empty()) {
    begun_ = true;
    error_ = read_head(input, sink);
  }
  if (!error_ && !reader_->in_head()) {
    error_ = reader_->read_body(input, sink);
  }
  return {bytes.size() - input.size(), error_};
}

std::error_code ResponseParser::read_head(std::string_view& input, ResponseSink& sink) {
  const HeadReader::State state = reader_->read_head_lines(input);
  if (const std::error_code error = check_first_line()) {
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
  return end_head(sink);
}

/// As soon as it can be told, so that a peer of another protocol is not waited for.
std::error_code ResponseParser::check_first_line() {
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
  if (const std::error_code error = read_status_line(lines.first_line(), line)) {
    return error;
  }
  first_line_read_ = true;
  version_ = line.version;
  status_ = line.status;
  reason_ = line.reason;
  return {};
}

std::error_code ResponseParser::end_head(ResponseSink& sink) {
  if (const std::error_code error = reader_->read_head_fields()) {
    return error;
  }
  if (const std::error_code error =
          frame_response(reader_->fields(), version_, status_, answer_to_, framing_)) {
    return error;
  }
  if (const std::error_code error = reader_->end_head(framing_)) {
    return error;
  }
  const ResponseHead head{version_, status_, reason_, reader_->headers(), framing_};
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
  if (!error_) {
    error_ = begun_ ? reader_->read_end(sink) : HttpErrc::kEmptyReply;
  }
  return error_;
}

}  // namespace halo::http
