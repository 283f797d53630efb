#include "bench/raw_epoll/line_server.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "protocols/hello/answers.hpp"
#include "reactor/error.hpp"

namespace halo::bench {
namespace {

constexpr auto kFraming = hello::Framing::kLine;
constexpr std::string_view kWelcome = hello::welcome(kFraming);
constexpr std::size_t kLineBytesMax = 64 * 1024;
constexpr std::size_t kReadBytesMax = 64 * 1024;
constexpr int kEventsPerWait = 1024;     // 12 KiB of events, a small part of the cache
constexpr int kAcceptsPerEventMax = 64;  // then the connections have their turn

}  // namespace

LineServer::LineServer(OwnedFd listener)
    : listener_(std::move(listener)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      input_(kReadBytesMax) {
  if (!epoll_ || !watch(EPOLL_CTL_ADD, listener_.get(), EPOLLIN)) {
    throw std::system_error(last_error(), "epoll");
  }
}

LineServer::~LineServer() = default;

void LineServer::run() {
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
void LineServer::accept_waiting() {
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
        ::send(fd, kWelcome.data(), kWelcome.size(), MSG_NOSIGNAL) < 0) {
      close_connection(fd);
    }
  }
  accept_batch_ = std::min(accept_batch_ * 2, kAcceptsPerEventMax);
}

void LineServer::watch_listener(bool watched) {
  if (accepting_ != watched &&
      watch(EPOLL_CTL_MOD, listener_.get(), watched ? std::uint32_t{EPOLLIN} : 0U)) {
    accepting_ = watched;
  }
}

void LineServer::read_and_answer(int fd) {
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
  std::size_t consumed = 0;
  bool close_after = answer_lines(unread, consumed);
  const std::string_view rest = unread.substr(consumed);
  if (count == 0 && !close_after) {
    if (!rest.empty()) {  // a last line without its end is a message, too
      std::size_t line_bytes = 0;
      answer_lines(std::string(rest) + '\n', line_bytes);
    }
    close_after = true;
  } else if (rest.size() > kLineBytesMax && !close_after) {
    output_ += hello::line_too_long(kLineBytesMax);
    close_after = true;
  }
  if (pending == nullptr && !rest.empty() && !close_after) {
    pending = std::make_unique<Pending>();
    pending->unread = rest;
  } else if (pending != nullptr) {
    pending->unread.erase(0, consumed);
  }
  send_output(fd, close_after);
}

/// Appends to `output_` the answers to the whole lines of `input`, which are `consumed` bytes.
/// True: one of them was the wish to end.
bool LineServer::answer_lines(std::string_view input, std::size_t& consumed) {
  while (true) {
    const std::size_t end = input.find('\n', consumed);
    if (end == std::string_view::npos) {
      return false;
    }
    std::string_view line = input.substr(consumed, end - consumed);
    consumed = end + 1;
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    if (line == hello::kExit) {
      return true;
    }
    if (line.size() > kLineBytesMax) {
      output_ += hello::line_too_long(kLineBytesMax);
      return true;
    }
    hello::append_answer(output_, kFraming, line);
  }
}

/// Sends the answers of one event in one write and keeps what the kernel does not take.
void LineServer::send_output(int fd, bool close_after) {
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

void LineServer::write_unsent(int fd, Pending& pending) {
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

bool LineServer::watch(int operation, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  return ::epoll_ctl(epoll_.get(), operation, fd, &event) == 0;
}

void LineServer::close_connection(int fd) {
  pending_[static_cast<std::size_t>(fd)].reset();
  ::close(fd);  // leaves the epoll set with it: nobody else holds the descriptor
  watch_listener(true);
}

}  // namespace halo::bench
