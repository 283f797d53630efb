#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <vector>

#include "reactor/check.hpp"
#include "reactor/error.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/poller/backends.hpp"

namespace halo {
namespace {

short to_poll(Interest interest) noexcept {
  int events = 0;
  events |= includes(interest, Interest::kReadable) ? POLLIN : 0;
  events |= includes(interest, Interest::kWritable) ? POLLOUT : 0;
  return static_cast<short>(events);
}

// | poll says                   | ready               | hangup |
// | POLLIN                      | readable            |        |
// | POLLOUT                     | writable            |        |
// | POLLERR, POLLHUP, POLLNVAL  | readable + writable | yes    |
Event from_poll(Token token, short revents) noexcept {
  Interest ready = Interest::kNone;
  const bool hangup = (revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
  if (hangup || (revents & POLLIN) != 0) {
    ready = ready | Interest::kReadable;
  }
  if (hangup || (revents & POLLOUT) != 0) {
    ready = ready | Interest::kWritable;
  }
  return {token, ready, hangup};
}

// The kernel is handed the whole set at each wait, so the set is kept dense: entry 0 is the wake
// pipe, `place_` finds the entry of a descriptor, removal moves the last entry into the hole.
class PollPoller final : public Poller {
 public:
  PollPoller(OwnedFd wake_reader, OwnedFd wake_writer)
      : wake_reader_(std::move(wake_reader)), wake_writer_(std::move(wake_writer)) {
    set_.push_back({wake_reader_.get(), POLLIN, 0});
    tokens_.push_back({});
  }

  std::error_code add(int fd, Token token, Interest interest) override {
    HALO_CHECK(token.generation != 0, "generation 0 names nothing");
    HALO_CHECK(fd >= 0, "a descriptor is not negative");
    if (interest == Interest::kNone) {
      return remove(fd);
    }
    const auto index = static_cast<std::size_t>(fd);
    if (index >= place_.size()) {
      place_.resize(index + 1, kNowhere);
    }
    if (place_[index] == kNowhere) {
      if (::fcntl(fd, F_GETFD) < 0) {
        return last_error();  // poll(2) would only say POLLNVAL, at every wait
      }
      place_[index] = static_cast<std::uint32_t>(set_.size());
      set_.push_back({fd, 0, 0});
      tokens_.push_back(token);
    }
    set_[place_[index]].events = to_poll(interest);
    tokens_[place_[index]] = token;
    return {};
  }

  std::error_code remove(int fd) override {
    const auto index = static_cast<std::size_t>(fd);
    if (index >= place_.size() || place_[index] == kNowhere) {
      return {};
    }
    const std::uint32_t hole = std::exchange(place_[index], kNowhere);
    if (hole + 1 != set_.size()) {
      set_[hole] = set_.back();
      tokens_[hole] = tokens_.back();
      place_[static_cast<std::size_t>(set_[hole].fd)] = hole;
    }
    set_.pop_back();
    tokens_.pop_back();
    return {};
  }

  Result<std::size_t> wait(std::span<Event> out, std::optional<Duration> timeout) override {
    HALO_CHECK(!out.empty(), "a wait needs room for an event");
    const int count = ::poll(set_.data(), static_cast<nfds_t>(set_.size()), to_timeout(timeout));
    if (count < 0) {
      return errno == EINTR ? Result<std::size_t>(std::size_t{0}) : last_error();
    }
    auto left = static_cast<std::size_t>(count);
    if (left > 0 && set_[0].revents != 0) {
      --left;
      take_wake();
    }
    return collect(out, left);
  }

  void wake() noexcept override {
    if (wake_pending_.exchange(true, std::memory_order_acq_rel)) {
      return;
    }
    const char byte = 0;
    // Fails only with EAGAIN, when the pipe is full: a wake is pending then.
    [[maybe_unused]] const ssize_t written = ::write(wake_writer_.get(), &byte, 1);
  }

  int native_handle() const noexcept override { return -1; }
  std::string_view name() const noexcept override { return "poll"; }

 private:
  static constexpr std::uint32_t kNowhere = UINT32_MAX;

  static int to_timeout(std::optional<Duration> timeout) noexcept {
    if (!timeout.has_value()) {
      return -1;
    }
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(*timeout).count();
    return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(milliseconds, 0, INT_MAX));
  }

  void take_wake() noexcept {
    char bytes[16];
    while (::read(wake_reader_.get(), bytes, sizeof bytes) > 0) {
    }
    // After the pipe is empty and before the loop looks at its tasks: a wake that came before is
    // seen by that look, one that comes after writes again.
    wake_pending_.exchange(false, std::memory_order_acq_rel);
  }

  // Starts behind the last descriptor that was reported, so that a small `out` is fair to all.
  std::size_t collect(std::span<Event> out, std::size_t left) {
    std::size_t used = 0;
    const std::size_t watched = set_.size() - 1;
    for (std::size_t i = 0; i < watched && left > 0 && used < out.size(); ++i) {
      next_ = next_ % watched + 1;
      if (set_[next_].revents != 0) {
        out[used++] = from_poll(tokens_[next_], set_[next_].revents);
        --left;
      }
    }
    return used;
  }

  OwnedFd wake_reader_;
  OwnedFd wake_writer_;
  std::vector<pollfd> set_;
  std::vector<Token> tokens_;         // beside set_
  std::vector<std::uint32_t> place_;  // by descriptor: its index in set_
  std::size_t next_ = 0;
  std::atomic<bool> wake_pending_{false};
};

bool make_nonblocking_cloexec(int fd) noexcept {
  const int flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
         ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

}  // namespace

Result<std::unique_ptr<Poller>> make_poll_poller() {
  int ends[2];
  if (::pipe(ends) != 0) {
    return last_error();
  }
  OwnedFd reader(ends[0]);
  OwnedFd writer(ends[1]);
  if (!make_nonblocking_cloexec(reader.get()) || !make_nonblocking_cloexec(writer.get())) {
    return last_error();
  }
  return std::unique_ptr<Poller>(
      std::make_unique<PollPoller>(std::move(reader), std::move(writer)));
}

}  // namespace halo
