// Sentences in quotes are of FreeBSD's kqueue(2); macOS's page has the same ones where it is not
// said otherwise.

#include "tests/support/kqueue_shim/queue.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include "tests/support/kqueue_shim/filter_data.hpp"

namespace halo::kqueue_shim {
namespace {

constexpr int kReadyMax = 64;  // descriptors in one collect: bounds its stack

// What a change sets in a knote that is new or is modified.
void take_over(Knote& knote, const struct kevent& change) {
  // "Re-adding an existing event will modify the parameters of the original event, and not result
  // in a duplicate entry."
  knote.udata = change.udata;
  if ((change.flags & EV_ADD) != 0) {
    knote.there = true;
    knote.flags = change.flags & (EV_ONESHOT | EV_DISPATCH | EV_CLEAR);
    // "Adding an event automatically enables it, unless overridden by the EV_DISABLE flag."
    knote.enabled = true;
  }
  if ((change.flags & EV_ENABLE) != 0) {  // "Permit kevent() to return the event"
    knote.enabled = true;
  }
  if ((change.flags & EV_DISABLE) != 0) {  // "so kevent() will not return it"
    knote.enabled = false;
  }
}

// What becomes of a knote whose event was put into the eventlist. True: another than it was.
bool after_delivery(Knote& knote) {
  if ((knote.flags & EV_ONESHOT) != 0) {
    knote = {};  // "After the user retrieves the event from the kqueue, it is deleted."
    return true;
  }
  if ((knote.flags & EV_DISPATCH) != 0) {
    knote.enabled = false;  // "Disable the event source immediately after delivery of an event."
    return true;
  }
  return false;
}

}  // namespace

Queue::Queue(int epoll, int eventfd) : epoll_(epoll), eventfd_(eventfd) {}

Queue::~Queue() { ::close(eventfd_); }

int Queue::apply(const struct kevent& change) {
  switch (change.filter) {
    case EVFILT_READ:
    case EVFILT_WRITE:
      return change_descriptor(change);
    case EVFILT_USER:
      return change_user_event(change);
    default:
      return EINVAL;  // "The specified time limit or filter is invalid."
  }
}

int Queue::change_descriptor(const struct kevent& change) {
  const bool adds = (change.flags & EV_ADD) != 0;
  if (change.ident > INT_MAX || ::fcntl(static_cast<int>(change.ident), F_GETFD) < 0) {
    return EBADF;  // "The specified descriptor is invalid."
  }
  if ((change.flags & EV_CLEAR) != 0 || change.fflags != 0) {
    return EINVAL;  // not offered
  }
  const int fd = static_cast<int>(change.ident);
  const auto index = static_cast<std::size_t>(fd);
  if (index >= descriptors_.size()) {
    if (!adds) {
      return ENOENT;
    }
    descriptors_.resize(index + 1);
  }
  // "A kevent is identified by the (ident, filter) pair"
  Descriptor& descriptor = descriptors_[index];
  Knote& knote = change.filter == EVFILT_READ ? descriptor.read : descriptor.write;
  if (!knote.there && !adds) {
    return ENOENT;  // "The event could not be found to be modified or deleted."
  }
  const Knote before = knote;
  if ((change.flags & EV_DELETE) != 0) {
    knote = {};
  } else {
    take_over(knote, change);
  }
  const int error = sync(fd);
  if (error != 0) {
    knote = before;
  }
  return error;
}

int Queue::change_user_event(const struct kevent& change) {
  auto found = std::find_if(user_events_.begin(), user_events_.end(),
                            [&](const UserEvent& one) { return one.ident == change.ident; });
  if ((change.fflags & ~static_cast<unsigned>(NOTE_TRIGGER)) != 0) {
    return EINVAL;  // user flags: not offered
  }
  if (found == user_events_.end()) {
    if ((change.flags & EV_ADD) == 0) {
      return ENOENT;  // "The event could not be found to be modified or deleted."
    }
    user_events_.push_back({change.ident, {}, false});
    found = user_events_.end() - 1;
  }
  if ((change.flags & EV_DELETE) != 0) {
    user_events_.erase(found);
  } else {
    take_over(found->knote, change);
    // "NOTE_TRIGGER Cause the event to be triggered."
    found->triggered = found->triggered || (change.fflags & NOTE_TRIGGER) != 0;
  }
  sync_user_events();
  return 0;
}

// Lets the epoll watch for what the descriptor's enabled filters want to know.
int Queue::sync(int fd) {
  Descriptor& descriptor = descriptors_[static_cast<std::size_t>(fd)];
  epoll_event wanted{};
  wanted.events |= descriptor.read.enabled ? EPOLLIN | EPOLLRDHUP : 0U;
  wanted.events |= descriptor.write.enabled ? EPOLLOUT : 0U;
  wanted.data.fd = fd;
  if (wanted.events == 0) {
    if (std::exchange(descriptor.in_epoll, false)) {
      // Fails only where the descriptor was closed behind our back, and so is out already.
      (void)::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
    }
    return 0;
  }
  if (descriptor.in_epoll && ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &wanted) == 0) {
    return 0;
  }
  // New, or closed behind our back while its number came back.
  descriptor.in_epoll = ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &wanted) == 0;
  if (!descriptor.in_epoll) {
    return errno == EPERM ? EINVAL : errno;  // vnodes: not offered
  }
  return 0;
}

void Queue::sync_user_events() noexcept {
  const bool pending =
      std::any_of(user_events_.begin(), user_events_.end(),
                  [](const UserEvent& one) { return one.triggered && one.knote.enabled; });
  if (std::exchange(signalled_, pending) != pending) {
    std::uint64_t count = 1;
    [[maybe_unused]] const ssize_t done =
        pending ? ::write(eventfd_, &count, sizeof count) : ::read(eventfd_, &count, sizeof count);
  }
}

int Queue::collect(struct kevent* out, int room) {
  epoll_event ready[kReadyMax];
  // Each may give two events. What epoll returns goes to the end of its list, so that a small
  // room is fair to all, but only if all that it returns is served.
  const int count = ::epoll_wait(epoll_, ready, std::clamp(room / 2, 1, kReadyMax), 0);
  int used = 0;
  for (int i = 0; i < count; ++i) {
    used += ready[i].data.fd == eventfd_
                ? collect_user_events(out + used, room - used)
                : collect_descriptor(ready[i].data.fd, ready[i].events, out + used, room - used);
  }
  return count < 0 ? count : used;
}

// "The filter is also run when the user attempts to retrieve the kevent from the kqueue."
int Queue::collect_descriptor(int fd, std::uint32_t ready, struct kevent* out, int room) {
  Descriptor& descriptor = descriptors_[static_cast<std::size_t>(fd)];
  const bool write_first = std::exchange(descriptor.write_first, false);
  bool changed = false;
  int used = 0;
  for (const bool writing : {write_first, !write_first}) {
    Knote& knote = writing ? descriptor.write : descriptor.read;
    const std::uint32_t wanted = writing ? EPOLLOUT : EPOLLIN | EPOLLRDHUP;
    if (!knote.enabled || (ready & (wanted | EPOLLHUP | EPOLLERR)) == 0) {
      continue;
    }
    if (used == room) {
      descriptor.write_first = writing;  // its turn is the next
      break;
    }
    struct kevent& event = out[used++];
    event = {};
    event.ident = static_cast<std::uintptr_t>(fd);
    event.filter = writing ? EVFILT_WRITE : EVFILT_READ;
    event.udata = knote.udata;  // "passed through the kernel unchanged"
    if (writing) {
      describe_write(fd, ready, event);
    } else {
      describe_read(fd, ready, event);
    }
    changed = after_delivery(knote) || changed;
  }
  if (changed) {
    (void)sync(fd);  // to watch for less cannot fail
  }
  return used;
}

int Queue::collect_user_events(struct kevent* out, int room) {
  int used = 0;
  for (UserEvent& one : user_events_) {
    if (!one.triggered || !one.knote.enabled || used == room) {
      continue;
    }
    out[used] = {};
    out[used].ident = one.ident;
    out[used].filter = EVFILT_USER;
    out[used].udata = one.knote.udata;
    ++used;
    if ((one.knote.flags & EV_CLEAR) != 0) {
      one.triggered = false;  // "Reset the state of the event after it is retrieved by the user."
    }
    (void)after_delivery(one.knote);  // looked at below
  }
  std::erase_if(user_events_, [](const UserEvent& one) { return !one.knote.there; });
  sync_user_events();
  return used;
}

void Queue::forget(int fd) noexcept {
  const auto index = static_cast<std::size_t>(fd);
  if (index < descriptors_.size()) {
    descriptors_[index].read = {};
    descriptors_[index].write = {};
    (void)sync(fd);  // to watch for nothing cannot fail
  }
}

}  // namespace halo::kqueue_shim
