#include "tests/reactor/kqueue_calls.hpp"

#include <cerrno>
#include <ctime>

#include "reactor/check.hpp"

namespace halo::test {
namespace {

KqueueCalls* g_calls = nullptr;

}  // namespace

KqueueCalls::KqueueCalls() {
  HALO_CHECK(g_calls == nullptr, "one at a time");
  g_calls = this;
}

KqueueCalls::~KqueueCalls() { g_calls = nullptr; }

}  // namespace halo::test

extern "C" {

int __real_kevent(int kq, const struct kevent* changelist, int nchanges, struct kevent* eventlist,
                  int nevents, const struct timespec* timeout);

int __wrap_kevent(int kq, const struct kevent* changelist, int nchanges, struct kevent* eventlist,
                  int nevents, const struct timespec* timeout) {
  halo::test::KqueueCalls* const calls = halo::test::g_calls;
  if (calls == nullptr) {
    return __real_kevent(kq, changelist, nchanges, eventlist, nevents, timeout);
  }
  const timespec at_once{};
  if (nchanges > 0) {
    calls->changes.insert(calls->changes.end(), changelist, changelist + nchanges);
    calls->changes_each.push_back(static_cast<std::size_t>(nchanges));
  } else {
    calls->waits.push_back(timeout == nullptr ? std::nullopt : std::optional(*timeout));
    timeout = &at_once;  // looked at, not waited for
  }
  const int count = __real_kevent(kq, changelist, nchanges, eventlist, nevents, timeout);
  for (int i = 0; i < count; ++i) {
    calls->rewrite(eventlist[i]);
  }
  if (nchanges > 0 && calls->interrupted_changes > 0) {
    --calls->interrupted_changes;
    errno = EINTR;
    return -1;
  }
  return count;
}

}  // extern "C"
