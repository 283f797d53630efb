#include "tests/support/sockets.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "reactor/check.hpp"
#include "reactor/socket.hpp"

namespace halo::test {
namespace {

constexpr int kPatienceMs = 10'000;

bool wait_for(int fd, short events) {
  pollfd one{fd, events, 0};
  int count = -1;
  do {
    count = ::poll(&one, 1, kPatienceMs);
  } while (count < 0 && errno == EINTR);
  return count == 1;
}

}  // namespace

SocketPair unix_pair() {
  int ends[2];
  HALO_CHECK(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "a socket pair can be made");
  for (const int fd : ends) {
    HALO_CHECK(::fcntl(fd, F_SETFL, O_NONBLOCK) == 0, "a socket can be made non-blocking");
    HALO_CHECK(::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0, "a socket can be closed on exec");
  }
  return {OwnedFd(ends[0]), OwnedFd(ends[1])};
}

SocketPair tcp_pair() {
  const OwnedFd listener = listener_v4();
  OwnedFd peer = connect_to(local_endpoint_of(listener.get()));
  HALO_CHECK(wait_readable(listener.get()), "a connection arrives");
  Result<OwnedFd> ours = socket::accept(listener.get(), nullptr);
  HALO_CHECK(ours.has_value(), "a connection can be accepted");
  return {std::move(*ours), std::move(peer)};
}

OwnedFd listener_v4(int backlog) {
  Result<OwnedFd> listener = socket::listen(Endpoint::loopback_v4(0), backlog);
  HALO_CHECK(listener.has_value(), "a loopback port can be listened on");
  return std::move(*listener);
}

Endpoint local_endpoint_of(int fd) { return socket::local_endpoint(fd).value(); }

OwnedFd connect_to(const Endpoint& to) {
  Result<OwnedFd> fd = socket::start_connect(to);
  HALO_CHECK(fd.has_value(), "a connect can be started");
  HALO_CHECK(wait_for(fd->get(), POLLOUT), "a connect is answered");
  HALO_CHECK(!socket::finish_connect(fd->get()), "a connect succeeds");
  return std::move(*fd);
}

void make_buffers_small(int fd) {
  const int bytes = 1;
  HALO_CHECK(::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes) == 0, "SO_SNDBUF");
  HALO_CHECK(::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) == 0, "SO_RCVBUF");
}

Received read_available(int fd, std::size_t bytes_max) {
  Received received;
  char room[16 * 1024];
  while (received.bytes.size() < bytes_max) {
    const std::size_t wanted = std::min(sizeof room, bytes_max - received.bytes.size());
    const ssize_t count = ::recv(fd, room, wanted, MSG_DONTWAIT);
    if (count > 0) {
      received.bytes.append(room, static_cast<std::size_t>(count));
    } else if (count == 0) {
      received.ended = true;
      break;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (errno != EINTR) {
      received.error = errno;
      break;
    }
  }
  return received;
}

bool read_into(int fd, std::string& into, std::size_t bytes_max) {
  const Received received = read_available(fd, bytes_max);
  into += received.bytes;
  return received.ended || received.error != 0;
}

std::size_t write_available(int fd, std::string_view bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const std::string_view rest = bytes.substr(written);
    const ssize_t count = ::send(fd, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0) {
      written += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      break;
    }
  }
  return written;
}

void write_all(int fd, std::string_view bytes) {
  HALO_CHECK(write_available(fd, bytes) == bytes.size(), "the kernel has room for all of it");
}

bool wait_readable(int fd) { return wait_for(fd, POLLIN); }

void shutdown_write(int fd) {
  HALO_CHECK(::shutdown(fd, SHUT_WR) == 0, "a connected socket can be shut down");
}

void reset(OwnedFd fd) {
  HALO_CHECK(!socket::reset_on_close(fd.get()), "SO_LINGER can be set");
  fd.reset();
}

std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string pattern(std::size_t size, std::size_t from) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    // A multiplicative hash of the place: no period that a buffer's size could hide in.
    bytes[i] = static_cast<char>(((from + i) * 2654435761U) >> 13 & 0xff);
  }
  return bytes;
}

}  // namespace halo::test
