#pragma once

#include <string>
#include <string_view>

#include "reactor/result.hpp"

namespace halo::http {

/// A host as it stands in a URL or in Host, checked and in the one form in which hosts are
/// compared: a name in lower case, an IPv4 address of four decimal numbers, or an IPv6 address in
/// brackets, in the shortest form.
///
/// Stricter than RFC 3986's reg-name, since what resolvers make of the rest is how a filter is
/// fooled: a name is labels of letters, digits, "-" and "_" (63 bytes at most, 253 in all) with at
/// most one dot at its end; percent signs are refused, decoded or not ("a%2Fb"), and so is what
/// only some read as an IPv4 address ("127.1", "0x7f.0.0.1", "017.0.0.1", "2130706433"). A zone
/// ("[fe80::1%25eth0]") means something on one machine only and is refused.
///
/// Fails with kUrlNoHost, kUrlBadHost or kUrlBadIpv6.
/// See: RFC 3986, 3.2.2; RFC 5952.
Result<std::string> normal_host(std::string_view host);

/// Whether a host, as normal_host gives it, is an address and no name.
bool is_ip_address(std::string_view normal_host) noexcept;

/// Without the brackets of an IPv6 address: what a resolver or a certificate's name is asked for.
std::string_view without_brackets(std::string_view host) noexcept;

}  // namespace halo::http
