#pragma once

#include <cstdint>
#include <system_error>

#include "reactor/endpoint.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/result.hpp"

/// The two ends of a download without anything between them and the socket's calls: blocking, one
/// connection at a time, hardly any HTTP. What a client is compared with, and whom all of them ask.
namespace halo::bench {

/// Answers whoever connects to the blocking `listener`, whatever is asked, with 200 and a body of
/// `body_bytes` from one buffer, then closes. Returns only what accept fails with.
std::error_code serve_bodies(int listener, std::uint64_t body_bytes);

/// Asks `from` for "/" and reads until the end into one buffer. Returns the bytes behind the head;
/// fails with the system's word, or with bad_message where there is no head.
Result<std::uint64_t> receive_body(const Endpoint& from);

}  // namespace halo::bench
