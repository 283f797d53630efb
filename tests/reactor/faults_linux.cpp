#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#if defined(HALO_HAS_KQUEUE)
#include <sys/event.h>
#endif

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <initializer_list>
#include <optional>

#include "reactor/check.hpp"
#include "tests/reactor/faults.hpp"
#include "tests/support/seed.hpp"

namespace halo::test {
namespace {

struct Active {
  FaultPlan plan;
  Random random;
  SystemCalls calls;
  bool enabled = false;
};

std::optional<Active> g_active;

bool on() { return g_active.has_value() && g_active->enabled; }
bool chance(unsigned percent) { return g_active->random.below(100) < percent; }

int fail(std::initializer_list<int> errors) {
  errno = errors.begin()[g_active->random.below(errors.size())];
  return -1;
}

// Whether a stream call fails before it is made; errno says why.
bool stream_fails(std::initializer_list<int> resets) {
  const FaultPlan& plan = g_active->plan;
  if (chance(plan.interrupted)) {
    return fail({EINTR}) < 0;
  }
  if (chance(plan.would_block)) {
    return fail({EAGAIN}) < 0;
  }
  if (chance(plan.resets)) {
    ++g_active->calls.resets;
    return fail(resets) < 0;
  }
  return false;
}

std::size_t cut(std::size_t size, unsigned percent) {
  return size > 1 && chance(percent) ? 1 + g_active->random.below(size - 1) : size;
}

int fewer(int count) {
  if (count > 0 && chance(g_active->plan.fewer_events)) {
    return static_cast<int>(g_active->random.below(static_cast<std::uint64_t>(count) + 1));
  }
  return count;
}

}  // namespace

FaultInjection::FaultInjection(const FaultPlan& plan, std::uint64_t seed) {
  HALO_CHECK(!g_active.has_value(), "one at a time");
  g_active.emplace(Active{plan, Random(seed), {}});
}
FaultInjection::~FaultInjection() { g_active.reset(); }
void FaultInjection::enable(bool on) noexcept { g_active->enabled = on; }
const SystemCalls& FaultInjection::calls() const noexcept { return g_active->calls; }

}  // namespace halo::test

using halo::test::chance;
using halo::test::fail;
using halo::test::g_active;
using halo::test::on;

extern "C" {

ssize_t __real_recv(int fd, void* room, size_t size, int flags);
ssize_t __real_send(int fd, const void* bytes, size_t size, int flags);
int __real_accept4(int fd, sockaddr* name, socklen_t* length, int flags);
int __real_epoll_wait(int epoll, epoll_event* events, int room, int timeout);
int __real_epoll_pwait2(int epoll, epoll_event* events, int room, const timespec* timeout,
                        const sigset_t* mask);
int __real_epoll_ctl(int epoll, int operation, int fd, epoll_event* event);
int __real_poll(pollfd* set, nfds_t size, int timeout);

ssize_t __wrap_recv(int fd, void* room, size_t size, int flags) {
  if (!on()) {
    return __real_recv(fd, room, size, flags);
  }
  ++g_active->calls.receives;
  if (halo::test::stream_fails({ECONNRESET, ETIMEDOUT})) {
    return -1;
  }
  return __real_recv(fd, room, halo::test::cut(size, g_active->plan.short_reads), flags);
}

ssize_t __wrap_send(int fd, const void* bytes, size_t size, int flags) {
  if (!on()) {
    return __real_send(fd, bytes, size, flags);
  }
  ++g_active->calls.sends;
  if (halo::test::stream_fails({ECONNRESET, EPIPE})) {
    return -1;
  }
  return __real_send(fd, bytes, halo::test::cut(size, g_active->plan.short_writes), flags);
}

int __wrap_accept4(int fd, sockaddr* name, socklen_t* length, int flags) {
  if (!on()) {
    return __real_accept4(fd, name, length, flags);
  }
  ++g_active->calls.accepts;
  if (chance(g_active->plan.interrupted)) {
    return fail({EINTR});
  }
  if (chance(g_active->plan.would_block)) {
    return fail({EAGAIN});
  }
  if (chance(g_active->plan.aborted)) {
    return fail({ECONNABORTED, EPROTO, ENETDOWN, EHOSTUNREACH, ENETUNREACH});
  }
  if (chance(g_active->plan.no_descriptor)) {
    return fail({EMFILE, ENFILE, ENOBUFS, ENOMEM});
  }
  return __real_accept4(fd, name, length, flags);
}

int __wrap_epoll_wait(int epoll, epoll_event* events, int room, int timeout) {
  if (!on()) {
    return __real_epoll_wait(epoll, events, room, timeout);
  }
  ++g_active->calls.waits;
  if (chance(g_active->plan.interrupted)) {
    return fail({EINTR});
  }
  // Room for fewer: what is not asked for stays in the kernel's list.
  return __real_epoll_wait(epoll, events, std::max(1, halo::test::fewer(room)), timeout);
}

int __wrap_epoll_pwait2(int epoll, epoll_event* events, int room, const timespec* timeout,
                        const sigset_t* mask) {
  if (!on()) {
    return __real_epoll_pwait2(epoll, events, room, timeout, mask);
  }
  ++g_active->calls.waits;
  if (chance(g_active->plan.interrupted)) {
    return fail({EINTR});
  }
  return __real_epoll_pwait2(epoll, events, std::max(1, halo::test::fewer(room)), timeout, mask);
}

int __wrap_epoll_ctl(int epoll, int operation, int fd, epoll_event* event) {
  if (on()) {
    ++g_active->calls.changes;
  }
  return __real_epoll_ctl(epoll, operation, fd, event);
}

int __wrap_poll(pollfd* set, nfds_t size, int timeout) {
  if (!on()) {
    return __real_poll(set, size, timeout);
  }
  ++g_active->calls.waits;
  if (chance(g_active->plan.interrupted)) {
    return fail({EINTR});
  }
  return __real_poll(set, size, timeout);
}

#if defined(HALO_HAS_KQUEUE)

int __real_kevent(int kq, const struct kevent* changelist, int nchanges, struct kevent* eventlist,
                  int nevents, const timespec* timeout);

int __wrap_kevent(int kq, const struct kevent* changelist, int nchanges, struct kevent* eventlist,
                  int nevents, const timespec* timeout) {
  if (!on()) {
    return __real_kevent(kq, changelist, nchanges, eventlist, nevents, timeout);
  }
  const bool waits = nchanges == 0;
  g_active->calls.changes += static_cast<std::uint64_t>(nchanges);
  g_active->calls.waits += waits ? 1 : 0;
  const bool interrupted = chance(g_active->plan.interrupted);
  if (interrupted && waits) {
    return fail({EINTR});
  }
  const int room = waits ? std::max(1, halo::test::fewer(nevents)) : nevents;
  g_active->enabled = false;  // an imitation of kqueue makes calls of its own
  const int count = __real_kevent(kq, changelist, nchanges, eventlist, room, timeout);
  g_active->enabled = true;
  // "When kevent() call fails with EINTR error, all changes in the changelist have been applied."
  return interrupted ? fail({EINTR}) : count;
}

#endif

}  // extern "C"
