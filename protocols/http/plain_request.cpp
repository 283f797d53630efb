#include "protocols/http/internal/plain_request.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "protocols/http/internal/byte_scan.hpp"
#include "protocols/http/internal/field_line.hpp"
#include "protocols/http/internal/framing_guard.hpp"

namespace halo::http {
namespace {

constexpr std::size_t kFieldsMax = 32;  // browsers send some fifteen
constexpr char kBehindTarget[] = " HTTP/1.1\r\n";
constexpr std::size_t kLineEndBytes = 2;

/// Whether `expected` stands at `at`, which is at most the size. It has a constant length, so that
/// the comparison is one of words.
template <std::size_t Size>
bool stands_at(std::string_view text, std::size_t at, const char (&expected)[Size]) noexcept {
  return text.size() - at >= Size - 1 && std::memcmp(text.data() + at, expected, Size - 1) == 0;
}

}  // namespace

/// Returns its bytes, or zero.
std::size_t PlainRequest::read_first_line(std::string_view input) noexcept {
  if (stands_at(input, 0, "GET /")) {
    method_bytes_ = 3;
  } else if (stands_at(input, 0, "HEAD /")) {
    method_bytes_ = 4;
  } else {
    return 0;
  }
  const std::size_t target = method_bytes_ + 1;
  const std::size_t end = find_no_target_byte(input, target);
  target_bytes_ = end - target;
  return stands_at(input, end, kBehindTarget) ? end + sizeof(kBehindTarget) - 1 : 0;
}

bool PlainRequest::read(std::string_view input, const ParserLimits& limits) {
  std::size_t at = read_first_line(input);
  if (at == 0) {
    return false;
  }
  std::array<FieldPlace, kFieldsMax> fields;  // not cleared: only what was found is read
  std::size_t count = 0;
  FramingFields found;
  while (!stands_at(input, at, "\r\n")) {
    const std::size_t end = find_control(input, at);
    if (count == kFieldsMax || !stands_at(input, end, "\r\n") ||
        !split_field_line(input.data(), at, end, fields[count])) {
      return false;
    }
    note_field(input, fields[count], found);
    ++count;
    at = end + kLineEndBytes;
  }
  const std::size_t bytes = at + kLineEndBytes;
  if (found.lengths + found.codings > 0 || found.hosts != 1 || count > limits.fields_max ||
      bytes > std::min(limits.head_bytes_max, limits.line_bytes_max)) {
    return false;
  }
  keep_alive_ = !found.close;
  headers_.clear();
  return headers_.add_parsed(input.substr(0, bytes), std::span(fields).first(count));
}

}  // namespace halo::http
