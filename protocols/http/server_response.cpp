#include "protocols/http/server_response.hpp"

#include <array>
#include <charconv>

#include "protocols/http/headers.hpp"
#include "protocols/http/http_error.hpp"
#include "protocols/http/syntax.hpp"
#include "reactor/check.hpp"

namespace halo::http {
namespace {

constexpr std::size_t kDigitsMax = 20;  // of 64 bits

void append_number(std::string& out, std::uint64_t number, int base) {
  std::array<char, kDigitsMax> digits{};
  const std::to_chars_result end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
  out.append(digits.data(), end.ptr);
}

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

void ServerResponse::begin(int status, std::string_view content_type) {
  HALO_CHECK(state_ == State::kNothing, "a second answer to one request");
  HALO_CHECK(status >= 200 && status <= 599, "a final status is 200 to 599");
  HALO_CHECK(check_header("Content-Type", content_type) == std::error_code(),
             "a Content-Type that no head can carry");
  counted_only_ = terms_.head_only || !has_body(status);
  out_.append("HTTP/1.1 ");
  append_number(out_, static_cast<std::uint64_t>(status), 10);
  out_.append(" ").append(status_phrase(status)).append("\r\n").append(date_);
  if (!content_type.empty()) {
    out_.append("Content-Type: ").append(content_type).append("\r\n");
  }
  out_.append(fields_);
}

void ServerResponse::end_head() {
  if (!terms_.keep_alive) {
    out_.append("Connection: close\r\n");
  } else if (terms_.version == Version::kHttp10) {
    out_.append("Connection: keep-alive\r\n");
  }
  out_.append("\r\n");
}

void ServerResponse::send(int status, std::string_view content_type, std::string_view body) {
  begin(status, content_type);
  state_ = State::kDone;
  if (has_body(status)) {
    out_.append("Content-Length: ");
    append_number(out_, body.size(), 10);
    out_.append("\r\n");
  }
  end_head();
  if (!counted_only_) {
    out_.append(body);
  }
}

void ServerResponse::begin_chunks(int status, std::string_view content_type) {
  begin(status, content_type);
  state_ = State::kChunks;
  chunked_ = terms_.version == Version::kHttp11;
  if (has_body(status)) {
    if (chunked_) {
      out_.append("Transfer-Encoding: chunked\r\n");
    } else {
      terms_.keep_alive = false;
    }
  }
  end_head();
}

void ServerResponse::write(std::string_view bytes) {
  HALO_CHECK(state_ == State::kChunks, "write() belongs behind begin_chunks()");
  if (counted_only_ || bytes.empty()) {
    return;
  }
  if (!chunked_) {
    out_.append(bytes);
    return;
  }
  append_number(out_, bytes.size(), 16);
  out_.append("\r\n").append(bytes).append("\r\n");
}

bool ServerResponse::finish() {
  if (state_ == State::kChunks && chunked_ && !counted_only_) {
    out_.append("0\r\n\r\n");
  }
  const bool answered = state_ != State::kNothing;
  state_ = State::kDone;
  return answered;
}

}  // namespace halo::http
