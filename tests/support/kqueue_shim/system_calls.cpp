// The calls as a program sees them: kqueue(), kevent(), and what else a kernel does to a kqueue
// when descriptors are closed and processes forked. Sentences in quotes are of kqueue(2).

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/event.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "tests/support/kqueue_shim/queue.hpp"

namespace halo::kqueue_shim {
namespace {

using SteadyClock = std::chrono::steady_clock;

// macOS refuses longer waits (itimerfix), and so do most BSDs.
constexpr time_t kLongestSeconds = 100'000'000;

struct Registry {
  std::mutex lock;
  std::map<int, std::shared_ptr<Queue>> queues;  // by descriptor
};

// Never destroyed: descriptors are closed by destructors of static objects, too.
Registry& registry() {
  static Registry* const everything = new Registry;
  return *everything;
}

// A kernel is not interrupted by signal handlers, which may call us: so they wait.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &former_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &former_, nullptr); }
  const sigset_t& former() const noexcept { return former_; }

 private:
  sigset_t former_;
};

int real_close(int fd) {
  static const auto next = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, "close"));
  return next(fd);
}

int real_dup2(int from, int to) {
  static const auto next = reinterpret_cast<int (*)(int, int)>(::dlsym(RTLD_NEXT, "dup2"));
  return next(from, to);
}

// "Calling close() on a file descriptor will remove any kevents that reference the descriptor."
void forget(int fd) {
  const SignalsBlocked blocked;
  const int saved_errno = errno;
  std::shared_ptr<Queue> closed;  // outlives the guard, because it closes a descriptor of its own
  {
    const std::lock_guard guard(registry().lock);
    if (const auto found = registry().queues.find(fd); found != registry().queues.end()) {
      closed = std::move(found->second);
      registry().queues.erase(found);
    }
    for (const auto& [number, queue] : registry().queues) {
      queue->forget(fd);
    }
  }
  closed.reset();
  errno = saved_errno;
}

// "The queue is not inherited by a child created with fork(2)."
void close_in_child() {
  const std::map<int, std::shared_ptr<Queue>> lost = std::move(registry().queues);
  registry().queues.clear();
  registry().lock.unlock();
  for (const auto& [number, queue] : lost) {
    real_close(number);
  }
}

void follow_forks() {
  static std::once_flag once;
  std::call_once(once, [] {
    ::pthread_atfork([] { registry().lock.lock(); }, [] { registry().lock.unlock(); },
                     close_in_child);
  });
}

std::shared_ptr<Queue> find(int kq) {
  const auto found = registry().queues.find(kq);
  return found == registry().queues.end() ? nullptr : found->second;
}

// Makes the changes, with receipts and errors into `out`. Returns how many of those there are, or
// -1 and errno.
int make_changes(Queue& queue, const struct kevent* changes, int count, struct kevent* out,
                 int room) {
  int used = 0;
  for (int i = 0; i < count; ++i) {
    struct kevent change = changes[i];  // "The same array may be used for" both lists
    const int error = queue.apply(change);
    if (error == 0 && (change.flags & EV_RECEIPT) == 0) {
      continue;
    }
    if (used == room) {
      // Of a receipt: "if [...] there is no remaining space in eventlist to hold the EV_ERROR
      // event, then subsequent changes will not get processed."; of an error: "Otherwise, -1 will
      // be returned, and errno will be set".
      errno = error;
      return error == 0 ? used : -1;
    }
    // "the event will be placed in the eventlist with EV_ERROR set in flags and the system error
    // in data."; EV_RECEIPT: "When a filter is successfully added the data field will be zero."
    change.flags = EV_ERROR;
    change.data = error;
    out[used++] = change;
  }
  return used;
}

bool is_valid(const timespec* timeout) {
  return timeout == nullptr || (timeout->tv_sec >= 0 && timeout->tv_sec <= kLongestSeconds &&
                                timeout->tv_nsec >= 0 && timeout->tv_nsec < 1'000'000'000);
}

// "If timeout is a non-NULL pointer, it specifies a maximum interval to wait for an event"
std::optional<SteadyClock::time_point> deadline_of(const timespec* timeout) {
  if (timeout == nullptr) {
    return std::nullopt;  // "waits indefinitely"
  }
  return SteadyClock::now() + std::chrono::seconds(timeout->tv_sec) +
         std::chrono::nanoseconds(timeout->tv_nsec);
}

// Waits until the queue has something, without its lock. 1: it may have; 0: too late; -1: errno.
int wait_for_events(int epoll, std::optional<SteadyClock::time_point> deadline,
                    const sigset_t& signals) {
  pollfd readable{epoll, POLLIN, 0};
  if (!deadline.has_value()) {
    return ::ppoll(&readable, 1, nullptr, &signals);
  }
  const auto left = std::max<std::chrono::nanoseconds>(*deadline - SteadyClock::now(), {});
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  timespec limit{};
  limit.tv_sec = static_cast<time_t>(seconds.count());
  limit.tv_nsec = static_cast<long>((left - seconds).count());
  return ::ppoll(&readable, 1, &limit, &signals);
}

}  // namespace
}  // namespace halo::kqueue_shim

// The C functions below stand in no namespace, and speak of little else.
using namespace halo::kqueue_shim;  // NOLINT(google-build-using-namespace): see above

extern "C" {

// "creates a new kernel event queue and returns a file descriptor."
int kqueue() {
  const SignalsBlocked blocked;
  follow_forks();
  const int epoll = ::epoll_create1(0);  // stays open on exec, as a kqueue does
  const int eventfd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = eventfd;
  if (epoll < 0 || eventfd < 0 || ::epoll_ctl(epoll, EPOLL_CTL_ADD, eventfd, &event) != 0) {
    const int error = errno;  // "EMFILE The per-process descriptor table is full." and others
    for (const int fd : {epoll, eventfd}) {
      if (fd >= 0) {
        ::close(fd);
      }
    }
    errno = error;
    return -1;
  }
  const std::lock_guard guard(registry().lock);
  registry().queues[epoll] = std::make_shared<Queue>(epoll, eventfd);
  return epoll;
}

int kevent(int kq, const struct kevent* changelist, int nchanges, struct kevent* eventlist,
           int nevents, const struct timespec* timeout) {
  if (nchanges < 0 || nevents < 0 || !is_valid(timeout)) {
    errno =
        EINVAL;  // "length of the event or change lists is negative", "time limit [...] invalid"
    return -1;
  }
  const SignalsBlocked blocked;
  const auto deadline = deadline_of(timeout);
  std::shared_ptr<Queue> queue;  // outlives the guard, because it closes a descriptor of its own
  std::unique_lock guard(registry().lock);
  queue = find(kq);
  if (queue == nullptr) {
    errno = EBADF;  // "The specified descriptor is invalid."
    return -1;
  }
  // "All changes contained in the changelist are applied before any pending events are read from
  // the queue."; EV_RECEIPT: "without draining any pending events", so receipts come alone.
  const int receipts = make_changes(*queue, changelist, nchanges, eventlist, nevents);
  if (receipts != 0 || nevents == 0) {
    return receipts;  // "When nevents is zero, kevent() will return immediately"
  }
  while (true) {
    const int count = queue->collect(eventlist, nevents);
    if (count != 0) {
      return count;  // "up to the value given by nevents"
    }
    if (deadline.has_value() && SteadyClock::now() >= *deadline) {
      return 0;  // "If the time limit expires, then kevent() returns 0."
    }
    guard.unlock();
    // With the caller's signals: "EINTR A signal was delivered before the timeout expired and
    // before any events were placed on the kqueue for return."
    const int ready = wait_for_events(kq, deadline, blocked.former());
    const int error = errno;
    guard.lock();
    if (ready < 0 || find(kq) != queue) {
      errno = ready < 0 ? error : EBADF;  // closed by another thread meanwhile
      return -1;
    }
  }
}

// These two stand before libc's, for the whole program, since a kernel sees what is closed.

int close(int fd) {
  forget(fd);
  return real_close(fd);
}

int dup2(int from, int to) noexcept {
  if (from != to && ::fcntl(from, F_GETFD) >= 0) {
    forget(to);  // dup2(2) closes it
  }
  return real_dup2(from, to);
}

}  // extern "C"
