#pragma once

#include <sys/event.h>

#include <cstddef>
#include <ctime>
#include <functional>
#include <optional>
#include <vector>

// kevent(2) as this program's poller calls it: the program is linked so that each call goes
// through kqueue_calls.cpp (see --wrap in ld(1)). Nothing of it is in the library.

namespace halo::test {

/// Notes what is asked of kevent(2), and changes what it answers, for as long as it lives. One at a
/// time, one thread.
class KqueueCalls {
 public:
  KqueueCalls();
  KqueueCalls(const KqueueCalls&) = delete;
  KqueueCalls& operator=(const KqueueCalls&) = delete;
  ~KqueueCalls();

  std::vector<struct kevent> changes;     ///< asked for, in order
  std::vector<std::size_t> changes_each;  ///< by call, those that made changes
  std::vector<std::optional<timespec>>
      waits;  ///< the timeout of each call without changes; none is waited for

  int interrupted_changes = 0;  ///< so many calls make their changes and then say EINTR
  /// May rewrite each event and receipt that the kernel returns.
  std::function<void(struct kevent&)> rewrite = [](struct kevent&) {};
};

}  // namespace halo::test
