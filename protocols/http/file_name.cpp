#include "protocols/http/file_name.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "protocols/http/percent.hpp"

namespace halo::http {
namespace {

constexpr std::size_t kNameBytesMax = 200;  // of the 255 that file systems have in common

unsigned char byte_at(std::string_view text, std::size_t at) noexcept {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

bool continues(std::string_view text, std::size_t at) noexcept {
  return (byte_at(text, at) & 0xc0) == 0x80;
}

// Bytes of the character at the front of `text`; 0 where it is not UTF-8, or is a control character
// of two bytes. See: RFC 3629, 4, whose table of second bytes this is.
std::size_t utf8_bytes(std::string_view text) noexcept {
  const unsigned char first = byte_at(text, 0);
  const unsigned char second = byte_at(text, 1);
  if (first < 0x80) {
    return 1;
  }
  if (first < 0xc2 || first > 0xf4 || !continues(text, 1)) {
    return 0;
  }
  if (first < 0xe0) {
    return first == 0xc2 && second < 0xa0 ? 0 : 2;  // U+0080 to U+009F are controls
  }
  if (first < 0xf0) {
    const bool overlong = first == 0xe0 && second < 0xa0;
    const bool surrogate = first == 0xed && second >= 0xa0;
    return overlong || surrogate || !continues(text, 2) ? 0 : 3;
  }
  const bool overlong = first == 0xf0 && second < 0x90;
  const bool too_large = first == 0xf4 && second >= 0x90;
  return overlong || too_large || !continues(text, 2) || !continues(text, 3) ? 0 : 4;
}

bool is_unsafe(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f || c == '/' || c == '\\';
}

}  // namespace

std::string file_name_of(const Url& url) {
  const std::string_view path = url.path();
  const std::string decoded = percent_decode(path.substr(path.rfind('/') + 1));
  if (decoded.empty()) {
    return "index.html";
  }
  std::string name;
  for (std::string_view rest = decoded; !rest.empty();) {
    const std::size_t bytes = utf8_bytes(rest);
    const bool safe = bytes > 0 && !is_unsafe(rest.front());
    const std::string_view character = safe ? rest.substr(0, bytes) : "_";
    if (name.size() + character.size() > kNameBytesMax) {
      break;
    }
    name.append(character);
    rest.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  if (name.front() == '.' || name.front() == '-') {
    name.front() = '_';
  }
  return name;
}

}  // namespace halo::http
