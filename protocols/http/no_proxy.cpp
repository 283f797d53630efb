#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

#include "protocols/http/host.hpp"
#include "protocols/http/proxy.hpp"
#include "protocols/http/syntax.hpp"
#include "reactor/endpoint.hpp"

// The room of bypasses_proxy(): which hosts a no_proxy names.
namespace halo::http {
namespace {

constexpr std::string_view kSeparators = ", \t";

template <class Number>
bool parse_number(std::string_view text, Number& number) noexcept {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stopped == end;
}

// Takes ":port" off the back of `entry`; false where it is not `port`.
bool take_port(std::string_view& entry, std::uint16_t port) noexcept {
  const std::size_t colon = entry.rfind(':');
  const bool bare_ipv6 = entry.find(':') != colon && entry.front() != '[';
  const std::size_t bracket = entry.rfind(']');
  const bool in_brackets = bracket != std::string_view::npos && colon < bracket;
  if (colon == std::string_view::npos || bare_ipv6 || in_brackets) {
    return true;
  }
  std::uint16_t wanted = 0;
  const bool same = parse_number(entry.substr(colon + 1), wanted) && wanted == port;
  entry = entry.substr(0, colon);
  return same;
}

bool same_bits(const Endpoint& a, const Endpoint& b, std::size_t bits) noexcept {
  constexpr std::size_t kByteBits = 8;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % kByteBits));
    if (((a.address()[bit / kByteBits] ^ b.address()[bit / kByteBits]) & mask) != 0) {
      return false;
    }
  }
  return true;
}

// `entry`: an address, or a block of them.
bool names_address(std::string_view entry, const Endpoint& address) {
  constexpr std::size_t kIpv4Bits = 32;
  constexpr std::size_t kIpv6Bits = 128;
  const bool v4 = address.family() == Endpoint::Family::kIpv4;
  const std::size_t bits_max = v4 ? kIpv4Bits : kIpv6Bits;
  const std::size_t slash = std::min(entry.find('/'), entry.size());
  std::size_t bits = bits_max;
  if (slash < entry.size() && (!parse_number(entry.substr(slash + 1), bits) || bits > bits_max)) {
    return false;
  }
  const Result<Endpoint> block = Endpoint::parse(without_brackets(entry.substr(0, slash)), 0);
  return block && block->family() == address.family() && same_bits(*block, address, bits);
}

bool names_host(std::string_view entry, std::string_view host) noexcept {
  entry.remove_prefix(entry.starts_with('.') ? 1 : 0);
  entry.remove_suffix(entry.ends_with('.') ? 1 : 0);
  host.remove_suffix(host.ends_with('.') ? 1 : 0);
  if (entry.empty() || entry.size() > host.size()) {
    return false;
  }
  const std::size_t before = host.size() - entry.size();
  return equal_ignoring_case(host.substr(before), entry) &&
         (before == 0 || host[before - 1] == '.');
}

}  // namespace

bool bypasses_proxy(const Url& url, std::string_view no_proxy) {
  if (trim_blanks(no_proxy) == "*") {
    return true;
  }
  const std::optional<Endpoint> address =
      is_ip_address(url.host())
          ? std::optional(Endpoint::parse(without_brackets(url.host()), 0).value())
          : std::nullopt;
  while (!no_proxy.empty()) {
    const std::size_t end = std::min(no_proxy.find_first_of(kSeparators), no_proxy.size());
    std::string_view entry = no_proxy.substr(0, end);
    no_proxy.remove_prefix(std::min(end + 1, no_proxy.size()));
    if (!entry.empty() && take_port(entry, url.port()) &&
        (address ? names_address(entry, *address) : names_host(entry, url.host()))) {
      return true;
    }
  }
  return false;
}

}  // namespace halo::http
