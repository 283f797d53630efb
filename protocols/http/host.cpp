#include "protocols/http/host.hpp"

#include <algorithm>
#include <cstddef>

#include "protocols/http/http_error.hpp"
#include "protocols/http/syntax.hpp"
#include "reactor/endpoint.hpp"

namespace halo::http {
namespace {

// RFC 1035, 2.3.4, without the byte of a dot at the end.
constexpr std::size_t kNameBytesMax = 253;
constexpr std::size_t kLabelBytesMax = 63;

Result<std::string> normal_ipv6(std::string_view brackets) {
  const std::string_view address = without_brackets(brackets);
  if (address.size() + 2 != brackets.size() ||
      address.find_first_of("%[]") != std::string_view::npos) {
    return HttpErrc::kUrlBadIpv6;
  }
  const Result<Endpoint> endpoint = Endpoint::parse(address, 0);
  if (!endpoint || endpoint->family() != Endpoint::Family::kIpv6) {
    return HttpErrc::kUrlBadIpv6;
  }
  return '[' + endpoint->address_string() + ']';
}

bool is_label_byte(char c) noexcept { return is_alpha(c) || is_digit(c) || c == '-' || c == '_'; }

// Whether somebody would take a name that ends in this label for an IPv4 address: a decimal, octal
// or hexadecimal number.
bool is_number(std::string_view label) noexcept {
  if (label.size() >= 2 && label[0] == '0' && to_lower(label[1]) == 'x') {
    return std::ranges::all_of(label.substr(2), [](char c) { return hex_value(c) >= 0; });
  }
  return std::ranges::all_of(label, is_digit);
}

}  // namespace

Result<std::string> normal_host(std::string_view host) {
  if (host.empty()) {
    return HttpErrc::kUrlNoHost;
  }
  if (host.front() == '[') {
    return normal_ipv6(host);
  }
  std::string_view labels = host;
  if (labels.ends_with('.')) {
    labels.remove_suffix(1);
  }
  if (labels.size() > kNameBytesMax) {
    return HttpErrc::kUrlBadHost;
  }
  for (bool last = false; !last;) {
    const std::size_t end = std::min(labels.find('.'), labels.size());
    const std::string_view label = labels.substr(0, end);
    last = end == labels.size();
    if (label.empty() || label.size() > kLabelBytesMax ||
        !std::ranges::all_of(label, is_label_byte)) {
      return HttpErrc::kUrlBadHost;
    }
    if (last && is_number(label) && !Endpoint::parse(host, 0)) {
      return HttpErrc::kUrlBadHost;
    }
    labels.remove_prefix(last ? end : end + 1);
  }
  std::string name(host);
  std::ranges::transform(name, name.begin(), to_lower);
  return name;
}

bool is_ip_address(std::string_view normal_host) noexcept {
  if (normal_host.empty()) {
    return false;
  }
  // A name's last label is never a number: normal_host() has seen to that.
  const std::size_t last_label = normal_host.rfind('.') + 1;  // 0 where there is no dot
  return normal_host.front() == '[' ||
         (last_label != 0 && last_label < normal_host.size() &&
          std::ranges::all_of(normal_host.substr(last_label), is_digit));
}

std::string_view without_brackets(std::string_view host) noexcept {
  const bool brackets = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  return brackets ? host.substr(1, host.size() - 2) : host;
}

}  // namespace halo::http
