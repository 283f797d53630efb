#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <vector>

#include "reactor/check.hpp"
#include "reactor/error.hpp"
#include "reactor/limits.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/poller/backends.hpp"

namespace halo {
namespace {

constexpr std::uint64_t kWakeWord = 0;  // generation 0 names nothing, so no token packs to this

std::uint64_t pack(Token token) noexcept {
  return (std::uint64_t{token.generation} << 32) | token.slot;
}

Token unpack(std::uint64_t word) noexcept {
  return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)};
}

std::uint32_t to_epoll(Interest interest) noexcept {
  std::uint32_t events = 0;
  events |= includes(interest, Interest::kReadable) ? EPOLLIN : 0U;
  events |= includes(interest, Interest::kWritable) ? EPOLLOUT : 0U;
  return events;
}

// | epoll says         | ready               | hangup |
// | EPOLLIN            | readable            |        |
// | EPOLLOUT           | writable            |        |
// | EPOLLERR, EPOLLHUP | readable + writable | yes    |
Event from_epoll(const epoll_event& event) noexcept {
  Interest ready = Interest::kNone;
  const bool hangup = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
  if (hangup || (event.events & EPOLLIN) != 0) {
    ready = ready | Interest::kReadable;
  }
  if (hangup || (event.events & EPOLLOUT) != 0) {
    ready = ready | Interest::kWritable;
  }
  return {unpack(event.data.u64), ready, hangup};
}

class EpollPoller final : public Poller {
 public:
  EpollPoller(OwnedFd epoll, OwnedFd wake) : epoll_(std::move(epoll)), wake_(std::move(wake)) {}

  std::error_code add(int fd, Token token, Interest interest) override {
    HALO_CHECK(token.generation != 0, "generation 0 names nothing");
    HALO_CHECK(fd >= 0, "a descriptor is not negative");
    if (interest == Interest::kNone) {
      return remove(fd);
    }
    const auto index = static_cast<std::size_t>(fd);
    if (index >= in_set_.size()) {
      in_set_.resize(index + 1);
    }
    epoll_event event{};
    event.events = to_epoll(interest);
    event.data.u64 = pack(token);
    int operation = in_set_[index] ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (::epoll_ctl(epoll_.get(), operation, fd, &event) != 0) {
      // A descriptor that was closed without remove() left the kernel's set by itself, and its
      // number may be back: the kernel's view wins over ours.
      if (operation == EPOLL_CTL_MOD && errno == ENOENT) {
        operation = EPOLL_CTL_ADD;
      } else if (operation == EPOLL_CTL_ADD && errno == EEXIST) {
        operation = EPOLL_CTL_MOD;
      } else {
        return last_error();
      }
      if (::epoll_ctl(epoll_.get(), operation, fd, &event) != 0) {
        return last_error();
      }
    }
    in_set_[index] = true;
    return {};
  }

  std::error_code remove(int fd) override {
    const auto index = static_cast<std::size_t>(fd);
    if (index >= in_set_.size() || !in_set_[index]) {
      return {};
    }
    in_set_[index] = false;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr) != 0) {
      return errno == ENOENT || errno == EBADF ? std::error_code{} : last_error();
    }
    return {};
  }

  Result<std::size_t> wait(std::span<Event> out, std::optional<Duration> timeout) override {
    HALO_CHECK(!out.empty(), "a wait needs room for an event");
    epoll_event events[limits::kEventsPerWait];
    const int room = static_cast<int>(std::min(out.size(), std::size(events)));
    const int count = wait_for(events, room, timeout);
    if (count < 0) {
      return errno == EINTR ? Result<std::size_t>(std::size_t{0}) : last_error();
    }
    std::size_t used = 0;
    for (int i = 0; i < count; ++i) {
      if (events[i].data.u64 == kWakeWord) {
        // Edge-triggered: its counter is never read. Cleared before the loop looks at its tasks,
        // so that a wake from now on writes again.
        wake_pending_.exchange(false, std::memory_order_acq_rel);
        continue;
      }
      out[used++] = from_epoll(events[i]);
    }
    return used;
  }

  void wake() noexcept override {
    if (wake_pending_.exchange(true, std::memory_order_acq_rel)) {
      return;
    }
    const std::uint64_t one = 1;
    // Fails only with EAGAIN, at a count of 2^64 - 2: a wake is pending then.
    [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
  }

  int native_handle() const noexcept override { return epoll_.get(); }
  std::string_view name() const noexcept override { return "epoll"; }

 private:
  int wait_for(epoll_event* events, int room, std::optional<Duration> timeout) {
    if (!timeout.has_value()) {
      return ::epoll_wait(epoll_.get(), events, room, -1);
    }
    if (*timeout <= Duration::zero()) {
      return ::epoll_wait(epoll_.get(), events, room, 0);
    }
    if (has_pwait2_) {  // Linux 5.11: nanoseconds
      const auto seconds = std::chrono::floor<std::chrono::seconds>(*timeout);
      timespec limit{};
      limit.tv_sec = static_cast<time_t>(seconds.count());
      limit.tv_nsec = static_cast<long>((*timeout - seconds).count());
      const int count = ::epoll_pwait2(epoll_.get(), events, room, &limit, nullptr);
      if (count >= 0 || (errno != ENOSYS && errno != EPERM)) {
        return count;
      }
      has_pwait2_ = false;  // EPERM: a sandbox that does not know the call
    }
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(*timeout).count();
    return ::epoll_wait(epoll_.get(), events, room,
                        milliseconds > INT_MAX ? INT_MAX : static_cast<int>(milliseconds));
  }

  OwnedFd epoll_;
  OwnedFd wake_;
  std::vector<bool> in_set_;  // by descriptor: is it in the kernel's set?
  std::atomic<bool> wake_pending_{false};
  bool has_pwait2_ = true;
};

}  // namespace

Result<std::unique_ptr<Poller>> make_epoll_poller() {
  OwnedFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) {
    return last_error();
  }
  OwnedFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) {
    return last_error();
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = kWakeWord;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0) {
    return last_error();
  }
  return std::unique_ptr<Poller>(std::make_unique<EpollPoller>(std::move(epoll), std::move(wake)));
}

}  // namespace halo
