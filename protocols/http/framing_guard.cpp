#include "protocols/http/internal/framing_guard.hpp"

#include <charconv>
#include <limits>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/byte_scan.hpp"
#include "protocols/http/syntax.hpp"

namespace halo::http {
namespace {

constexpr std::uint64_t kLengthMax = std::numeric_limits<std::int64_t>::max();

// Blanks behind a length or a coding may be SP, never HTAB, of which some parsers make another value.
std::string_view without_last_spaces(std::string_view text) noexcept {
  while (text.ends_with(' ')) {
    text.remove_suffix(1);
  }
  return text;
}

void note_connection(std::string_view value, FramingFields& found) noexcept {
  found.close = found.close || value_has_token(value, "close");
  found.keep_alive = found.keep_alive || value_has_token(value, "keep-alive");
}

// `value` as it stands behind the colon, without the blanks in front.
void note(std::string_view name, std::string_view value, FramingFields& found) noexcept {
  switch (name.size()) {  // which spares nearly all fields a comparison
    case std::string_view("Host").size():
      found.hosts += equal_ignoring_case(name, "Host") ? 1 : 0;
      break;
    case std::string_view("Expect").size():
      if (equal_ignoring_case(name, "Expect")) {
        found.expects_continue = equal_ignoring_case(trim_blanks(value), "100-continue");
      }
      break;
    case std::string_view("Connection").size():
      if (equal_ignoring_case(name, "Connection")) {
        note_connection(value, found);
      }
      break;
    case std::string_view("Content-Length").size():
      if (equal_ignoring_case(name, "Content-Length")) {
        ++found.lengths;
        found.length = without_last_spaces(value);
      }
      break;
    case std::string_view("Transfer-Encoding").size():
      if (equal_ignoring_case(name, "Transfer-Encoding")) {
        ++found.codings;
        found.coding = without_last_spaces(value);
      }
      break;
    default:
      break;
  }
}

std::error_code read_length(const FramingFields& fields, std::uint64_t& length) noexcept {
  const char* const end = fields.length.data() + fields.length.size();
  const std::from_chars_result read = std::from_chars(fields.length.data(), end, length);
  const bool number = read.ec == std::errc() && read.ptr == end && length <= kLengthMax;
  return fields.lengths == 1 && number ? std::error_code() : HttpErrc::kBadContentLength;
}

// What the fields say of a body: kNone where they say nothing.
std::error_code frame_body(const FramingFields& fields, Framing& framing) noexcept {
  framing.body = BodyKind::kNone;
  framing.length = 0;
  if (fields.codings > 0) {
    if (fields.codings > 1 || !equal_ignoring_case(fields.coding, "chunked")) {
      return HttpErrc::kBadTransferEncoding;
    }
    if (fields.lengths > 0) {
      return HttpErrc::kLengthAndChunked;
    }
    framing.body = BodyKind::kChunked;
  } else if (fields.lengths > 0) {
    framing.body = BodyKind::kLength;
    return read_length(fields, framing.length);
  }
  return {};
}

bool kept_alive(const FramingFields& fields, Version version) noexcept {
  return !fields.close && (version == Version::kHttp11 || fields.keep_alive);
}

bool has_no_body(int status, AnswerTo answer_to) noexcept {
  const int kind = status / 100;
  return answer_to == AnswerTo::kHead || kind == 1 || status == 204 || status == 304 ||
         (answer_to == AnswerTo::kConnect && kind == 2);
}

}  // namespace

std::error_code read_fields(const HeadReader& lines, std::size_t first, Headers& headers,
                            FramingFields& found) {
  for (std::size_t i = first; i < lines.lines(); ++i) {
    const std::string_view line = lines.line(i);
    std::size_t colon = 0;
    while (colon < line.size() && is_token_byte(line[colon])) {
      ++colon;
    }
    if (colon == 0 || colon == line.size() || line[colon] != ':') {
      return HttpErrc::kBadHeaderName;
    }
    std::size_t begin = colon + 1;
    while (begin < line.size() && (line[begin] == ' ' || line[begin] == '\t')) {
      ++begin;
    }
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = line.substr(begin);
    note(name, value, found);
    if (!headers.add_parsed(name, trim_blanks(value))) {
      return HttpErrc::kHeadTooLarge;
    }
  }
  return {};
}

std::error_code frame_response(const FramingFields& fields, Version version, int status,
                               AnswerTo answer_to, Framing& framing) {
  if (const std::error_code error = frame_body(fields, framing)) {
    return error;
  }
  if (status == 101) {
    return HttpErrc::kUnexpectedUpgrade;
  }
  framing.keep_alive = kept_alive(fields, version);
  if (has_no_body(status, answer_to)) {
    framing.body = BodyKind::kNone;
    framing.length = 0;
  } else if (framing.body == BodyKind::kNone) {
    framing.body = BodyKind::kUntilClose;
    framing.keep_alive = false;
  } else if (framing.body == BodyKind::kChunked && version == Version::kHttp10) {
    framing.keep_alive = false;
  }
  return {};
}

std::error_code frame_request(const FramingFields& fields, Version version,
                              std::string_view method, Framing& framing) {
  if (const std::error_code error = frame_body(fields, framing)) {
    return error;
  }
  if (framing.body == BodyKind::kChunked && version == Version::kHttp10) {
    return HttpErrc::kBadTransferEncoding;
  }
  if (fields.hosts > 1 || (fields.hosts == 0 && version == Version::kHttp11)) {
    return HttpErrc::kMissingHost;
  }
  framing.keep_alive = kept_alive(fields, version);
  if (method == "CONNECT") {  // what follows is for the tunnel, which nobody here offers
    framing = Framing{};
  }
  return {};
}

std::error_code check_trailers(const FramingFields& fields) {
  if (fields.lengths > 0) {
    return HttpErrc::kLengthAndChunked;
  }
  if (fields.codings > 0) {
    return HttpErrc::kBadTransferEncoding;
  }
  return fields.hosts > 0 ? HttpErrc::kMissingHost : std::error_code();
}

}  // namespace halo::http
