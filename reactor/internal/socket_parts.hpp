#pragma once

// What socket.cpp does for sockets of any type, for the other files that open some.

#include <system_error>

#include "reactor/endpoint.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/result.hpp"

namespace halo::socket {

/// AF_INET, AF_INET6 or AF_UNIX.
int domain_of(const Endpoint& endpoint) noexcept;

/// A socket of `type` (SOCK_STREAM, SOCK_DGRAM), non-blocking, closed on exec, without SIGPIPE.
Result<OwnedFd> new_socket(int domain, int type);

std::error_code set_option(int fd, int level, int name, int value) noexcept;
std::error_code bind(int fd, const Endpoint& at);

/// Lets other sockets share the port with this one, and then what arrives at it.
std::error_code share_port(int fd) noexcept;

/// Whether the first one of a group shares its port after its bind, which refuses a port that is in
/// use; else before, and who wants to know must have tried without.
bool shares_after_bind() noexcept;

}  // namespace halo::socket
