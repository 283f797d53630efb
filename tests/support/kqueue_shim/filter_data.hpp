#pragma once

#include <sys/event.h>

#include <cstdint>

namespace halo::kqueue_shim {

/// What the two filters say of a descriptor: `flags` and `data` of an event, from what epoll found
/// to be ready. `fflags` stays 0, where the manual has "the socket error (if any) in fflags": Linux
/// tells that error only by taking it away from the read or SO_ERROR that is to report it.
void describe_read(int fd, std::uint32_t ready, struct kevent& event) noexcept;
void describe_write(int fd, std::uint32_t ready, struct kevent& event) noexcept;

}  // namespace halo::kqueue_shim
