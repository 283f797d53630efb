#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "reactor/endpoint.hpp"
#include "reactor/owned_fd.hpp"

namespace halo::test {

/// Two connected stream sockets, both non-blocking.
struct SocketPair {
  OwnedFd ours;
  OwnedFd peer;
};

SocketPair unix_pair();
/// Over IPv4 loopback.
SocketPair tcp_pair();

/// A listening socket on a free port of 127.0.0.1.
OwnedFd listener_v4(int backlog = 16);

Endpoint local_endpoint_of(int fd);

/// A connected, non-blocking socket; a failed connect fails the test's run.
OwnedFd connect_to(const Endpoint& to);

/// Makes the send and receive buffers as small as the kernel allows.
void make_buffers_small(int fd);

/// What the kernel has for us right now, without waiting. `ended`: whether the end was seen.
struct Received {
  std::string bytes;
  bool ended = false;
  int error = 0;  ///< errno of a failed read other than EAGAIN
};
Received read_available(int fd, std::size_t bytes_max = SIZE_MAX);

/// Appends to `into` what is there. True: the end of the stream, or an error, was seen.
bool read_into(int fd, std::string& into, std::size_t bytes_max = SIZE_MAX);

/// Writes as much as the kernel takes; returns how much.
std::size_t write_available(int fd, std::string_view bytes);

/// Writes all of it, which must fit into the kernel's buffer.
void write_all(int fd, std::string_view bytes);

/// Waits until `fd` is readable, at most ten seconds; false: that was not enough.
bool wait_readable(int fd);

void shutdown_write(int fd);
/// Closes so that the other side sees a reset.
void reset(OwnedFd fd);

std::span<const std::byte> as_bytes(std::string_view text);
std::string_view as_text(std::span<const std::byte> bytes);

/// `size` bytes whose value tells their place: loss, repetition and reordering change it.
std::string pattern(std::size_t size, std::size_t from = 0);

}  // namespace halo::test
