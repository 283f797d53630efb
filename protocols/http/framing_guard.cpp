#include "protocols/http/internal/framing_guard.hpp"

#include <charconv>
#include <cstring>
#include <limits>
#include <type_traits>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/byte_scan.hpp"
#include "protocols/http/syntax.hpp"

namespace halo::http {
namespace {

constexpr std::uint64_t kLengthMax = std::numeric_limits<std::int64_t>::max();

// Blanks behind a length or a coding may be SP, never HTAB, of which some parsers make another
// value.
std::string_view without_last_spaces(std::string_view text) noexcept {
  while (text.ends_with(' ')) {
    text.remove_suffix(1);
  }
  return text;
}

/// Whether a field's name, known to be a token, is `lower` in whatever case: two words at a time,
/// for each field is asked. Setting one bit makes a token's capitals small and leaves its "-"
/// alone.
template <std::size_t Size>
bool is_name(std::string_view name, const char (&lower)[Size]) noexcept {
  constexpr std::size_t kBytes = Size - 1;
  using Word = std::conditional_t<(kBytes < sizeof(std::uint64_t)), std::uint32_t, std::uint64_t>;
  static_assert(kBytes >= sizeof(Word) && kBytes <= 3 * sizeof(Word));
  const auto differ = [&](std::size_t at) {
    Word ours = 0;
    Word theirs = 0;
    std::memcpy(&ours, lower + at, sizeof(Word));
    std::memcpy(&theirs, name.data() + at, sizeof(Word));
    return ours ^ (theirs | static_cast<Word>(0x2020202020202020));
  };
  constexpr std::size_t kLast = kBytes - sizeof(Word);
  return name.size() == kBytes && (differ(0) | differ(kLast / 2) | differ(kLast)) == 0;
}

void note_connection(std::string_view value, FramingFields& found) noexcept {
  if (equal_ignoring_case(value, "keep-alive")) {  // nearly always
    found.keep_alive = true;
    return;
  }
  found.close = found.close || value_has_token(value, "close");
  found.keep_alive = found.keep_alive || value_has_token(value, "keep-alive");
}

// The value with the blanks behind it.
std::string_view untrimmed_value(std::string_view head, const FieldPlace& field) noexcept {
  const std::string_view rest = head.substr(field.value_begin);
  return rest.substr(0, rest.find('\r', field.value_bytes));
}

/// Inlined where each field of each head passes: a call would cost more than most fields do.
[[gnu::always_inline]] inline void note(std::string_view head, const FieldPlace& field,
                                        FramingFields& found) noexcept {
  const std::string_view name(head.data() + field.name_begin, field.name_bytes);
  const std::string_view value(head.data() + field.value_begin, field.value_bytes);
  switch (name.size()) {  // which spares nearly all fields a comparison
    case std::string_view("host").size():
      found.hosts += is_name(name, "host") ? 1 : 0;
      break;
    case std::string_view("expect").size():
      if (is_name(name, "expect")) {
        found.expects_continue = equal_ignoring_case(value, "100-continue");
      }
      break;
    case std::string_view("connection").size():
      if (is_name(name, "connection")) {
        note_connection(value, found);
      }
      break;
    case std::string_view("content-length").size():
      if (is_name(name, "content-length")) {
        ++found.lengths;
        found.length = without_last_spaces(untrimmed_value(head, field));
      }
      break;
    case std::string_view("transfer-encoding").size():
      if (is_name(name, "transfer-encoding")) {
        ++found.codings;
        found.coding = without_last_spaces(untrimmed_value(head, field));
      }
      break;
    default:
      break;
  }
}

HttpErrc read_length(const FramingFields& fields, std::uint64_t& length) noexcept {
  const char* const end = fields.length.data() + fields.length.size();
  const std::from_chars_result read = std::from_chars(fields.length.data(), end, length);
  const bool number = read.ec == std::errc() && read.ptr == end && length <= kLengthMax;
  return fields.lengths == 1 && number ? HttpErrc{} : HttpErrc::kBadContentLength;
}

// What the fields say of a body: kNone where they say nothing.
HttpErrc frame_body(const FramingFields& fields, Framing& framing) noexcept {
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

void note_field(std::string_view head, const FieldPlace& field, FramingFields& found) noexcept {
  note(head, field, found);
}

HttpErrc read_fields(const HeadReader& lines, Headers& headers, FramingFields& found) {
  if (lines.has_bad_name()) {
    return HttpErrc::kBadHeaderName;
  }
  for (const FieldPlace& field : lines.fields()) {
    note(lines.text(), field, found);
  }
  if (!headers.add_parsed(lines.text(), lines.fields())) {
    return HttpErrc::kHeadTooLarge;
  }
  return {};
}

HttpErrc frame_response(const FramingFields& fields, Version version, int status,
                        AnswerTo answer_to, Framing& framing) {
  if (const HttpErrc error = frame_body(fields, framing); failed(error)) {
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

HttpErrc frame_request(const FramingFields& fields, Version version, std::string_view method,
                       Framing& framing) {
  if (const HttpErrc error = frame_body(fields, framing); failed(error)) {
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

HttpErrc check_trailers(const FramingFields& fields) {
  if (fields.lengths > 0) {
    return HttpErrc::kLengthAndChunked;
  }
  if (fields.codings > 0) {
    return HttpErrc::kBadTransferEncoding;
  }
  return fields.hosts > 0 ? HttpErrc::kMissingHost : HttpErrc{};
}

}  // namespace halo::http
