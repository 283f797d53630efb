#include "protocols/http/server_response.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <system_error>

#include "protocols/http/headers.hpp"
#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/head_start.hpp"
#include "protocols/http/syntax.hpp"
#include "reactor/check.hpp"

namespace halo::http {
namespace {

constexpr std::size_t kDigitsMax = 20;  // of 64 bits

/// Text at the end of a buffer, which has room for it: an answer has many small parts, and they are
/// spared the question.
class Appender {
 public:
  Appender(Buffer& out, std::size_t bytes_max)
      : out_(out),
        room_(reinterpret_cast<char*>(out.prepare(bytes_max).data())),
        room_bytes_(bytes_max) {}
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;
  ~Appender() { out_.commit(size_); }

  void append(std::string_view text) noexcept {
    HALO_CHECK(text.size() <= room_bytes_ - size_, "more text than room was made for");
    size_ += text.copy(room_ + size_, text.size());
  }

  void append_number(std::uint64_t number, int base) noexcept {
    const std::to_chars_result written =
        std::to_chars(room_ + size_, room_ + room_bytes_, number, base);
    HALO_CHECK(written.ec == std::errc(), "a longer number than room was made for");
    size_ = static_cast<std::size_t>(written.ptr - room_);
  }

 private:
  Buffer& out_;
  char* const room_;
  const std::size_t room_bytes_;
  std::size_t size_ = 0;
};

constexpr std::string_view kLength = "Content-Length: ";
constexpr std::string_view kChunked = "Transfer-Encoding: chunked\r\n";
constexpr std::string_view kClose = "Connection: close\r\n";
constexpr std::string_view kKeepAlive = "Connection: keep-alive\r\n";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";
// Of what stands behind a head's first lines and the added ones.
constexpr std::size_t kHeadEndBytesMax =
    std::max(kLength.size() + kDigitsMax + kLineEnd.size(), kChunked.size()) +
    std::max(kClose.size(), kKeepAlive.size()) + kLineEnd.size();

bool is_servers_own(std::string_view name) noexcept {
  for (const std::string_view own :
       {"Date", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection"}) {
    if (equal_ignoring_case(name, own)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string_view status_phrase(int status) noexcept {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return {};
  }
}

std::error_code ServerResponse::add_header(std::string_view name, std::string_view value) {
  HALO_CHECK(state_ == State::kNothing, "a field for a head that is written already");
  if (is_servers_own(name)) {
    return HttpErrc::kBadHeaderName;
  }
  if (const std::error_code error = check_header(name, value)) {
    return error;
  }
  fields_.append(name).append(": ").append(value).append("\r\n");
  return {};
}

bool ServerResponse::has_body(int status) const noexcept { return status != 204 && status != 304; }

void HeadStart::make(TimePoint now, int status, std::string_view content_type) {
  HALO_CHECK(check_header("Content-Type", content_type) == std::error_code(),
             "a Content-Type that no head can carry");
  status_ = status;
  content_type_ = content_type;
  text_.assign("HTTP/1.1 ").append(std::to_string(status)).append(" ");
  text_.append(status_phrase(status)).append("\r\n").append(date_.at(now));
  if (!content_type.empty()) {
    text_.append("Content-Type: ").append(content_type).append("\r\n");
  }
}

/// Writes the head of an answer, whose state and form of body are set, and `body`, of which there
/// are `body_bytes`. `length`: what the head says of it; empty: nothing.
void ServerResponse::write_answer(int status, std::string_view content_type,
                                  std::optional<std::size_t> length,
                                  std::span<const std::string_view> body, std::size_t body_bytes) {
  const std::string_view start = heads_.at(now_, status, content_type);
  Appender out(out_, start.size() + fields_.size() + kHeadEndBytesMax + body_bytes);
  out.append(start);
  if (!fields_.empty()) {
    out.append(fields_);
  }
  if (length) {
    out.append(kLength);
    out.append_number(*length, 10);
    out.append(kLineEnd);
  } else if (chunked_) {
    out.append(kChunked);
  }
  if (!terms_.keep_alive) {
    out.append(kClose);
  } else if (terms_.version == Version::kHttp10) {
    out.append(kKeepAlive);
  }
  out.append(kLineEnd);
  for (const std::string_view piece : body) {
    out.append(piece);
  }
}

void ServerResponse::begin(State state, int status) {
  HALO_CHECK(state_ == State::kNothing, "a second answer to one request");
  HALO_CHECK(status >= 200 && status <= 599, "a final status is 200 to 599");
  state_ = state;
  counted_only_ = terms_.head_only || !has_body(status);
}

void ServerResponse::send(int status, std::string_view content_type,
                          std::initializer_list<std::string_view> body) {
  begin(State::kDone, status);
  std::size_t length = 0;
  for (const std::string_view piece : body) {
    length += piece.size();
  }
  if (counted_only_) {
    write_answer(status, content_type, has_body(status) ? std::optional(length) : std::nullopt, {},
                 0);
  } else {
    write_answer(status, content_type, length, body, length);
  }
}

void ServerResponse::begin_chunks(int status, std::string_view content_type) {
  begin(State::kChunks, status);
  chunked_ = has_body(status) && terms_.version == Version::kHttp11;
  if (has_body(status) && !chunked_) {
    terms_.keep_alive = false;  // the body ends where the connection does
  }
  write_answer(status, content_type, std::nullopt, {}, 0);
}

LaterResponse ServerResponse::later() {
  HALO_CHECK(state_ == State::kNothing, "a second answer to one request");
  HALO_CHECK(fields_.empty(), "fields come with the answer");
  HALO_CHECK(asker_.loop != nullptr, "nobody to answer later");
  state_ = State::kLater;
  return {*asker_.loop, asker_.connection};
}

void ServerResponse::write(std::string_view bytes) {
  HALO_CHECK(state_ == State::kChunks, "write() belongs behind begin_chunks()");
  if (counted_only_ || bytes.empty()) {
    return;
  }
  Appender out(out_, kDigitsMax + bytes.size() + 2 * kLineEnd.size());
  if (!chunked_) {
    out.append(bytes);
    return;
  }
  out.append_number(bytes.size(), 16);
  out.append(kLineEnd);
  out.append(bytes);
  out.append(kLineEnd);
}

bool ServerResponse::finish() {
  if (state_ == State::kChunks && chunked_ && !counted_only_) {
    Appender(out_, kLastChunk.size()).append(kLastChunk);
  }
  const bool answered = state_ != State::kNothing;
  state_ = State::kDone;
  return answered;
}

}  // namespace halo::http
