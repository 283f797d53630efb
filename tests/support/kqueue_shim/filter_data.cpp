#include "tests/support/kqueue_shim/filter_data.hpp"

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>

namespace halo::kqueue_shim {
namespace {

// One option of a socket; `fallback` where the descriptor has no such thing.
template <class Value>
Value option(int fd, int level, int name, Value fallback) noexcept {
  Value value{};
  socklen_t size = sizeof value;
  return ::getsockopt(fd, level, name, &value, &size) == 0 ? value : fallback;
}

}  // namespace

void describe_read(int fd, std::uint32_t ready, struct kevent& event) noexcept {
  // "If the read direction of the socket has shutdown, then the filter also sets EV_EOF", and of
  // pipes: "When the last writer disconnects, the filter will set EV_EOF in flags."
  // "It is possible for EOF to be returned [...] while there is still data pending".
  event.flags = (ready & (EPOLLRDHUP | EPOLLHUP)) != 0 ? EV_EOF : 0;
  int bytes = 0;
  if (option(fd, SOL_SOCKET, SO_ACCEPTCONN, 0) != 0) {
    // Of a listening socket: "data contains the size of the listen backlog." Linux says it of TCP;
    // of others this much is known: it is not empty.
    event.data =
        std::max<std::int64_t>(1, option<tcp_info>(fd, IPPROTO_TCP, TCP_INFO, {}).tcpi_unacked);
  } else if (::ioctl(fd, FIONREAD, &bytes) == 0) {
    event.data = bytes;  // "contains the number of bytes of protocol data available to read."
  } else {
    event.data = 1;  // an eventfd, or another kqueue: there is something
  }
}

void describe_write(int fd, std::uint32_t ready, struct kevent& event) noexcept {
  // "The filter will set EV_EOF when the reader disconnects". That of a pipe is EPOLLERR; with a
  // socket EPOLLERR is an error that is still to be asked for.
  const int room = option(fd, SOL_SOCKET, SO_SNDBUF, -1);
  const bool is_socket = room >= 0;
  const std::uint32_t ended = is_socket ? EPOLLHUP : EPOLLHUP | EPOLLERR;
  event.flags = (ready & ended) != 0 ? EV_EOF : 0;
  // "data will contain the amount of space remaining in the write buffer." It is not empty, or
  // epoll would not have reported it.
  int unsent = 0;
  if (is_socket && ::ioctl(fd, SIOCOUTQ, &unsent) == 0) {
    event.data = std::max(1, room - unsent);
  } else {
    event.data =
        std::max(1, ::fcntl(fd, F_GETPIPE_SZ) - (::ioctl(fd, FIONREAD, &unsent) == 0 ? unsent : 0));
  }
}

}  // namespace halo::kqueue_shim
