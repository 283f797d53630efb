#include "bench/raw_epoll/epoll_server.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "reactor/error.hpp"

namespace halo::bench {
namespace {

constexpr std::size_t kReadBytesMax = 64 * 1024;
constexpr int kEventsPerWait = 1024;     // 12 KiB of events, a small part of the cache
constexpr int kAcceptsPerEventMax = 64;  // then the connections have their turn

}  // namespace

EpollServer::EpollServer(OwnedFd listener, RawProtocol& protocol)
    : protocol_(protocol),
      listener_(std::move(listener)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      input_(kReadBytesMax) {
  if (!epoll_ || !watch(EPOLL_CTL_ADD, listener_.get(), EPOLLIN)) {
    throw std::system_error(last_error(), "epoll");
  }
}

EpollServer::~EpollServer() = default;

void EpollServer::run() {
  std::array<epoll_event, kEventsPerWait> events;
  while (true) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), kEventsPerWait, -1);
    for (int i = 0; i < count; ++i) {  // -1, interrupted by a signal: no events
      // One descriptor is in a batch once, and only its own event closes it: no event is stale.
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const int fd = event.data.fd;
      if (fd == listener_.get()) {
        accept_waiting();
      } else if ((event.events & EPOLLOUT) != 0) {
        write_unsent(fd, *pending_[static_cast<std::size_t>(fd)]);
      } else {
        read_and_answer(fd);
      }
    }
  }
}

/// The batch follows the load: a call that finds nothing costs as much as one that finds something.
void EpollServer::accept_waiting() {
  const std::string_view welcome = protocol_.welcome();
  for (int i = 0; i < accept_batch_; ++i) {
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      accept_batch_ = std::max(i, 1);
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        watch_listener(false);  // until a connection closes; it would be ready all the time
      }
      return;
    }
    if (static_cast<std::size_t>(fd) >= pending_.size()) {
      pending_.resize(static_cast<std::size_t>(fd) + 1);
    }
    // A new connection's send buffer takes a few bytes, always.
    if (!watch(EPOLL_CTL_ADD, fd, EPOLLIN) ||
        (!welcome.empty() && ::send(fd, welcome.data(), welcome.size(), MSG_NOSIGNAL) < 0)) {
      close_connection(fd);
    }
  }
  accept_batch_ = std::min(accept_batch_ * 2, kAcceptsPerEventMax);
}

void EpollServer::watch_listener(bool watched) {
  if (accepting_ != watched &&
      watch(EPOLL_CTL_MOD, listener_.get(), watched ? std::uint32_t{EPOLLIN} : 0U)) {
    accepting_ = watched;
  }
}

void EpollServer::read_and_answer(int fd) {
  const ssize_t count = ::recv(fd, input_.data(), input_.size(), 0);
  if (count < 0) {
    if (errno != EAGAIN && errno != EINTR) {
      close_connection(fd);
    }
    return;
  }
  std::string_view unread(input_.data(), static_cast<std::size_t>(count));
  std::unique_ptr<Pending>& pending = pending_[static_cast<std::size_t>(fd)];
  if (pending != nullptr) {
    pending->unread.append(unread);
    unread = pending->unread;
  }
  const auto [consumed, close_after] = protocol_.answer(unread, count == 0, output_);
  const std::string_view rest = unread.substr(consumed);
  if (pending == nullptr && !rest.empty() && !close_after) {
    pending = std::make_unique<Pending>();
    pending->unread = rest;
  } else if (pending != nullptr) {
    pending->unread.erase(0, consumed);
  }
  send_output(fd, close_after);
}

/// Sends the answers of one event in one write and keeps what the kernel does not take.
void EpollServer::send_output(int fd, bool close_after) {
  std::size_t sent = 0;
  if (!output_.empty()) {
    const ssize_t count = ::send(fd, output_.data(), output_.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN && errno != EINTR) {
      output_.clear();
      close_connection(fd);
      return;
    }
    sent = count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  std::unique_ptr<Pending>& pending = pending_[static_cast<std::size_t>(fd)];
  if (sent < output_.size()) {
    if (pending == nullptr) {
      pending = std::make_unique<Pending>();
    }
    pending->unsent.assign(output_, sent);
    pending->closing = close_after;
    close_after = !watch(EPOLL_CTL_MOD, fd, EPOLLOUT);
  } else if (pending != nullptr && pending->unread.empty()) {
    pending.reset();
  }
  output_.clear();
  if (close_after) {
    close_connection(fd);
  }
}

void EpollServer::write_unsent(int fd, Pending& pending) {
  const ssize_t count = ::send(fd, pending.unsent.data(), pending.unsent.size(), MSG_NOSIGNAL);
  if (count < 0) {
    if (errno != EAGAIN && errno != EINTR) {
      close_connection(fd);
    }
    return;
  }
  pending.unsent.erase(0, static_cast<std::size_t>(count));
  if (!pending.unsent.empty()) {
    return;
  }
  if (pending.closing || !watch(EPOLL_CTL_MOD, fd, EPOLLIN)) {
    close_connection(fd);
  } else if (pending.unread.empty()) {
    pending_[static_cast<std::size_t>(fd)].reset();
  }
}

bool EpollServer::watch(int operation, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  return ::epoll_ctl(epoll_.get(), operation, fd, &event) == 0;
}

void EpollServer::close_connection(int fd) {
  pending_[static_cast<std::size_t>(fd)].reset();
  ::close(fd);  // leaves the epoll set with it: nobody else holds the descriptor
  watch_listener(true);
}

}  // namespace halo::bench
