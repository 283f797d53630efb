#pragma once

#include <sys/epoll.h>
#include <sys/event.h>

#include <cstdint>
#include <vector>

namespace halo::kqueue_shim {

/// A filter that somebody wants to hear of.
struct Knote {
  void* udata = nullptr;
  std::uint16_t flags = 0;  // of EV_ADD: EV_ONESHOT, EV_DISPATCH, EV_CLEAR
  bool there = false;
  bool enabled = false;
};

/// The knotes of one kqueue, over an epoll whose number is the kqueue's: so it is readable while
/// events are pending, as in "Kqueues: Returns when pending events are present on the queue".
/// *Owner:* the registry in system_calls.cpp, whose lock is held in every call.
///
/// 1. A descriptor is in the epoll exactly while one of its filters is enabled, watched for those:
///    else epoll would repeat a hangup that nobody asks for.
/// 2. The eventfd is readable exactly while a user event is triggered and enabled.
/// 3. Nothing is allocated but by `apply`.
class Queue {
 public:
  /// Owns `eventfd`. `epoll` stays the program's, which closes a kqueue by its number.
  Queue(int epoll, int eventfd);
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  ~Queue();

  /// Makes one change. Returns 0 or an errno of kqueue(2).
  int apply(const struct kevent& change);

  /// Fills `out`, which has room for `room` > 0, with what is pending. Returns how many there are,
  /// or -1 and errno.
  int collect(struct kevent* out, int room);

  /// "Calling close() on a file descriptor will remove any kevents that reference the descriptor."
  void forget(int fd) noexcept;

 private:
  struct Descriptor {
    Knote read;
    Knote write;
    bool in_epoll = false;
    bool write_first = false;  // write had no room the last time
  };
  struct UserEvent {
    std::uintptr_t ident = 0;
    Knote knote;
    bool triggered = false;
  };

  int change_descriptor(const struct kevent& change);
  int change_user_event(const struct kevent& change);
  int sync(int fd);
  void sync_user_events() noexcept;
  int collect_descriptor(int fd, std::uint32_t ready, struct kevent* out, int room);
  int collect_user_events(struct kevent* out, int room);

  int epoll_;
  int eventfd_;
  bool signalled_ = false;               // the eventfd
  std::vector<Descriptor> descriptors_;  // by number
  std::vector<UserEvent> user_events_;
};

}  // namespace halo::kqueue_shim
