#include <fcntl.h>
#include <sys/event.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "reactor/check.hpp"
#include "reactor/error.hpp"
#include "reactor/limits.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/poller/backends.hpp"

// Written to kqueue(2) of FreeBSD and macOS. "The queue is not inherited by a child created with
// fork(2)": after a fork without exec a child has no poller, and wait() says EBADF.

namespace halo {
namespace {

using Change = struct kevent;  // kevent is the name of a function, too

// macOS and the other BSDs take no more and say EINVAL (itimerfix). Three years.
constexpr std::chrono::seconds kLongestWait{100'000'000};

static_assert(sizeof(Change::udata) >= sizeof(Token), "the kernel carries a whole token for us");

void* pack(Token token) noexcept {
  const std::uint64_t word = (std::uint64_t{token.generation} << 32) | token.slot;
  return std::bit_cast<void*>(static_cast<std::uintptr_t>(word));
}

Token unpack(const void* udata) noexcept {
  const std::uint64_t word = std::bit_cast<std::uintptr_t>(udata);
  return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)};
}

// Not EV_SET: the systems write that macro differently, and not all of them for C++'s warnings.
Change make_change(int ident, int filter, int flags, void* udata = nullptr) noexcept {
  Change change{};
  change.ident = static_cast<decltype(change.ident)>(ident);
  change.filter = static_cast<decltype(change.filter)>(filter);
  change.flags = static_cast<decltype(change.flags)>(flags);
  change.udata = udata;
  return change;
}

// | kqueue says          | ready    | hangup                           |
// | EVFILT_READ          | readable |                                  |
// | EVFILT_READ, EV_EOF  | readable | if fflags has the socket's error |
// | EVFILT_WRITE         | writable |                                  |
// | EVFILT_WRITE, EV_EOF | writable | yes; SO_ERROR tells why (P10)    |
//
// A peer that sends no more may still read, so the end of input alone is no hangup (P4). Each
// filter speaks for its own direction: one descriptor may come twice in a batch (P5).
Event from_kqueue(const Change& event) noexcept {
  const bool ended = (event.flags & EV_EOF) != 0;
  if (event.filter == EVFILT_WRITE) {
    return {unpack(event.udata), Interest::kWritable, ended};
  }
  return {unpack(event.udata), Interest::kReadable, ended && event.fflags != 0};
}

#if defined(EVFILT_USER)

// The event of a queue's own that `wake` triggers.
class WakeEvent {
 public:
  std::error_code open(int kqueue) noexcept {
    // EV_CLEAR: delivered once for each trigger, then at rest.
    const Change add = make_change(0, EVFILT_USER, EV_ADD | EV_CLEAR);
    return ::kevent(kqueue, &add, 1, nullptr, 0, nullptr) == 0 ? std::error_code{} : last_error();
  }
  void trigger(int kqueue) noexcept {
    Change change = make_change(0, EVFILT_USER, 0);
    change.fflags = NOTE_TRIGGER;
    // Cannot fail: the event is there as long as the queue is. EINTR comes after the change.
    (void)::kevent(kqueue, &change, 1, nullptr, 0, nullptr);
  }
  void clear() noexcept {}  // EV_CLEAR did
};

#else

// OpenBSD, and NetBSD before 10, have no EVFILT_USER: a pipe.
class WakeEvent {
 public:
  std::error_code open(int kqueue) noexcept {
    int ends[2];
    if (::pipe(ends) != 0) {
      return last_error();
    }
    reader_.reset(ends[0]);
    writer_.reset(ends[1]);
    for (const int fd : ends) {
      const int flags = ::fcntl(fd, F_GETFL);
      if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
          ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        return last_error();
      }
    }
    const Change add = make_change(reader_.get(), EVFILT_READ, EV_ADD);
    return ::kevent(kqueue, &add, 1, nullptr, 0, nullptr) == 0 ? std::error_code{} : last_error();
  }
  void trigger(int /*kqueue*/) noexcept {
    const char byte = 0;
    // Fails only with EAGAIN, when the pipe is full: a wake is pending then.
    [[maybe_unused]] const ssize_t written = ::write(writer_.get(), &byte, 1);
  }
  void clear() noexcept {
    char bytes[16];
    while (::read(reader_.get(), bytes, sizeof bytes) > 0) {
    }
  }

 private:
  OwnedFd reader_;
  OwnedFd writer_;
};

#endif

class KqueuePoller final : public Poller {
 public:
  explicit KqueuePoller(OwnedFd kqueue) : kqueue_(std::move(kqueue)) {}

  std::error_code open_wake() { return wake_event_.open(kqueue_.get()); }

  std::error_code add(int fd, Token token, Interest interest) override {
    HALO_CHECK(token.generation != 0, "generation 0 names nothing");
    HALO_CHECK(fd >= 0, "a descriptor is not negative");
    if (interest == Interest::kNone) {
      return remove(fd);
    }
    const auto index = static_cast<std::size_t>(fd);
    if (index >= watches_.size()) {
      watches_.resize(index + 1);
    }
    Watch& watch = watches_[index];
    if (watch.interest == Interest::kNone) {
      if (const std::error_code error = refuse_file(fd)) {
        return error;
      }
    }
    const std::error_code error = change_filters(fd, watch, {token, interest});
    if (error) {
      watch.interest = watch.interest | interest;  // whatever may be in the kernel by now
      (void)remove(fd);                            // rather unwatched than watched by halves
      return error;
    }
    watch = {token, interest};
    return {};
  }

  std::error_code remove(int fd) override {
    const auto index = static_cast<std::size_t>(fd);
    if (index >= watches_.size() || watches_[index].interest == Interest::kNone) {
      return {};
    }
    const Watch former = std::exchange(watches_[index], {});
    return change_filters(fd, former, {});
  }

  Result<std::size_t> wait(std::span<Event> out, std::optional<Duration> timeout) override {
    HALO_CHECK(!out.empty(), "a wait needs room for an event");
    Change events[limits::kEventsPerWait];
    const int room = static_cast<int>(std::min(out.size(), std::size(events)));
    const timespec limit = to_timespec(timeout.value_or(Duration::zero()));
    const int count =
        ::kevent(kqueue_.get(), nullptr, 0, events, room, timeout.has_value() ? &limit : nullptr);
    if (count < 0) {
      return errno == EINTR ? Result<std::size_t>(std::size_t{0}) : last_error();
    }
    std::size_t used = 0;
    for (int i = 0; i < count; ++i) {
      if (events[i].udata == nullptr) {  // generation 0 names nothing, so no token packs to this
        wake_event_.clear();
        // Before the loop looks at its tasks, so that a wake from now on triggers again.
        wake_pending_.exchange(false, std::memory_order_acq_rel);
        continue;
      }
      out[used++] = from_kqueue(events[i]);
    }
    return used;
  }

  void wake() noexcept override {
    if (!wake_pending_.exchange(true, std::memory_order_acq_rel)) {
      wake_event_.trigger(kqueue_.get());
    }
  }

  int native_handle() const noexcept override { return kqueue_.get(); }
  std::string_view name() const noexcept override { return "kqueue"; }

 private:
  // EVFILT_READ takes regular files and falls silent at their end, where a read would tell of it.
  // Like epoll we do not take them at all: they never block.
  static std::error_code refuse_file(int fd) noexcept {
    struct stat status {};
    if (::fstat(fd, &status) != 0) {
      return last_error();
    }
    const bool is_file = S_ISREG(status.st_mode) || S_ISDIR(status.st_mode);
    return is_file ? std::make_error_code(std::errc::operation_not_permitted) : std::error_code{};
  }

  static timespec to_timespec(Duration timeout) noexcept {
    // Whole microseconds, upwards: macOS cuts off the rest.
    const auto rounded = std::chrono::ceil<std::chrono::microseconds>(
        std::clamp<Duration>(timeout, Duration::zero(), kLongestWait));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(rounded);
    timespec limit{};
    limit.tv_sec = static_cast<time_t>(seconds.count());
    limit.tv_nsec = static_cast<long>(Duration(rounded - seconds).count());
    return limit;
  }

  // What the kernel has of a descriptor: its filters, and the token that both carry.
  struct Watch {
    Token token;
    Interest interest = Interest::kNone;
  };

  // Brings the descriptor's two filters from `former` to `wanted`, each by a change of its own,
  // without EV_CLEAR, which would make them edge-triggered (P1). A filter that carries the token
  // already is as it should be.
  std::error_code change_filters(int fd, const Watch& former, const Watch& wanted) noexcept {
    Change changes[2];
    std::size_t count = 0;
    for (const auto& [direction, filter] : {std::pair(Interest::kReadable, EVFILT_READ),
                                            std::pair(Interest::kWritable, EVFILT_WRITE)}) {
      const bool had = includes(former.interest, direction);
      if (!includes(wanted.interest, direction)) {
        if (had) {
          changes[count++] = make_change(fd, filter, EV_DELETE | EV_RECEIPT);
        }
      } else if (!had || former.token != wanted.token) {
        changes[count++] =
            make_change(fd, filter, EV_ADD | EV_ENABLE | EV_RECEIPT, pack(wanted.token));
      }
    }
    return count == 0 ? std::error_code{} : apply({changes, count});
  }

  // EV_RECEIPT: each change is answered by an event with its error, so that one that fails does
  // not keep the next from being made (P10), and no event that is pending gets in between.
  std::error_code apply(std::span<const Change> changes) noexcept {
    Change receipts[2];
    const timespec at_once{};
    const int size = static_cast<int>(changes.size());
    int count = -1;
    // To make a change again does no harm: an added filter is modified, a deleted one not found.
    do {
      count = ::kevent(kqueue_.get(), changes.data(), size, receipts, size, &at_once);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
      return last_error();
    }
    std::error_code first;
    for (int i = 0; i < count && !first; ++i) {
      const auto asked = std::find_if(changes.begin(), changes.end(), [&](const Change& change) {
        return change.filter == receipts[i].filter;
      });
      const int error = static_cast<int>(receipts[i].data);
      // A descriptor that was closed without remove() took its filters along.
      const bool gone = error == ENOENT || error == EBADF;
      const bool deleted = asked != changes.end() && (asked->flags & EV_DELETE) != 0;
      if (error != 0 && !(gone && deleted)) {
        first = {error, std::system_category()};
      }
    }
    return first;
  }

  OwnedFd kqueue_;
  WakeEvent wake_event_;
  std::vector<Watch> watches_;  // by descriptor
  std::atomic<bool> wake_pending_{false};
};

}  // namespace

Result<std::unique_ptr<Poller>> make_kqueue_poller() {
  OwnedFd kqueue(::kqueue());
  if (!kqueue || ::fcntl(kqueue.get(), F_SETFD, FD_CLOEXEC) != 0) {
    return last_error();
  }
  auto poller = std::make_unique<KqueuePoller>(std::move(kqueue));
  if (const std::error_code error = poller->open_wake()) {
    return error;
  }
  return std::unique_ptr<Poller>(std::move(poller));
}

}  // namespace halo
