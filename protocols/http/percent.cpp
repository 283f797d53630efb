#include "protocols/http/percent.hpp"

#include "protocols/http/syntax.hpp"

namespace halo::http {
namespace {

bool is_triplet(std::string_view text, std::size_t at) noexcept {
  return text[at] == '%' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 &&
         hex_value(text[at + 2]) >= 0;
}

}  // namespace

std::size_t find_bad_percent(std::string_view text) noexcept {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (!is_triplet(text, at)) {
      return at;
    }
  }
  return std::string_view::npos;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_triplet(text, i)) {
      decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::string percent_encode_stray(std::string_view text) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool stray = byte == ' ' || byte >= 0x80 || (byte == '%' && !is_triplet(text, i));
    if (stray) {
      encoded += '%';
      encoded += kHexDigits[byte >> 4];
      encoded += kHexDigits[byte & 0xf];
    } else {
      encoded += text[i];
    }
  }
  return encoded;
}

}  // namespace halo::http
