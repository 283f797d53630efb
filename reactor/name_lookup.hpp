#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include "reactor/endpoint.hpp"
#include "reactor/result.hpp"

namespace halo {

/// The kinds of address that are asked for.
enum class AddressFamilies : std::uint8_t { kAny, kIpv4, kIpv6 };

/// The addresses of a name, port 0, or why there are none. It is called from several threads at a
/// time.
using LookUp =
    std::function<Result<std::vector<Endpoint>>(const std::string& host, AddressFamilies families)>;

/// The addresses of `host` as the system knows them, in its order (RFC 6724), each once, port 0. A
/// numeric address means itself. Blocks for as long as the system's resolver likes.
///
/// Addresses of a family that this machine has no route for are among them (AI_ADDRCONFIG is not
/// asked for): such an address fails at once when it is tried, while the flag would hide loopback
/// addresses from a machine without a network.
///
/// Fails with a code of `lookup_category`, whose message is for people, or with the system's.
/// *Thread:* any. *See:* getaddrinfo(3); RFC 6761, section 6.3, for localhost.
Result<std::vector<Endpoint>> look_up(const std::string& host, AddressFamilies families);

/// The codes of getaddrinfo(3), its name. *Lifetime:* static, and beyond: a lookup that hangs may
/// end after main.
const std::error_category& lookup_category() noexcept;

}  // namespace halo
