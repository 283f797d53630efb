#include "protocols/http/authorization.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "protocols/http/http_error.hpp"
#include "protocols/http/syntax.hpp"

namespace halo::http {
namespace {

bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool is_token68_byte(char c) noexcept {
  return is_alpha(c) || is_digit(c) || std::string_view("-._~+/").find(c) != std::string_view::npos;
}

}  // namespace

Result<std::string> basic_authorization(std::string_view user, std::string_view password) {
  const bool colon = user.find(':') != std::string_view::npos;
  if (colon || std::ranges::any_of(user, is_control) || std::ranges::any_of(password, is_control)) {
    return HttpErrc::kBadCredentials;
  }
  std::string both(user);
  (both += ':').append(password);
  return "Basic " + base64(both);
}

Result<std::string> bearer_authorization(std::string_view token) {
  const std::size_t signs = token.find_last_not_of('=') + 1;  // 0 where there is nothing else
  if (signs == 0 || !std::ranges::all_of(token.substr(0, signs), is_token68_byte)) {
    return HttpErrc::kBadCredentials;
  }
  return "Bearer " + std::string(token);
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kSigns =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::size_t kGroupBytes = 3;
  constexpr std::size_t kGroupSigns = 4;
  std::string text;
  text.reserve((bytes.size() + kGroupBytes - 1) / kGroupBytes * kGroupSigns);
  for (std::size_t at = 0; at < bytes.size(); at += kGroupBytes) {
    const std::string_view group = bytes.substr(at, kGroupBytes);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < kGroupBytes; ++i) {
      bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    }
    for (std::size_t i = 0; i < kGroupSigns; ++i) {
      const std::uint32_t sextet = bits >> (6 * (kGroupSigns - 1 - i)) & 0x3f;
      text += i <= group.size() ? kSigns[sextet] : '=';
    }
  }
  return text;
}

}  // namespace halo::http
