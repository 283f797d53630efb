#pragma once

#include <sys/event.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/owned_fd.hpp"
#include "tests/support/sockets.hpp"

namespace halo::test {

using Kevent = struct kevent;  // kevent is the name of a function, too

/// A kqueue and a pair of sockets.
class KqueueShimFixture : public testing::Test {
 protected:
  static Kevent make(int ident, int filter, int flags, unsigned fflags = 0, void* udata = nullptr) {
    Kevent change{};
    change.ident = static_cast<std::uintptr_t>(ident);
    change.filter = static_cast<short>(filter);
    change.flags = static_cast<unsigned short>(flags);
    change.fflags = fflags;
    change.udata = udata;
    return change;
  }

  // One change without room for an event; 0 or errno.
  int change(const Kevent& one) const {
    return ::kevent(kq_.get(), &one, 1, nullptr, 0, nullptr) == 0 ? 0 : errno;
  }
  int change(int filter, int flags) const { return change(make(ours(), filter, flags)); }

  std::vector<Kevent> look(int room = 8) const {
    std::vector<Kevent> events(static_cast<std::size_t>(room));
    const timespec at_once{};
    const int count = ::kevent(kq_.get(), nullptr, 0, events.data(), room, &at_once);
    EXPECT_GE(count, 0);
    events.resize(static_cast<std::size_t>(std::max(count, 0)));
    return events;
  }

  int ours() const { return pair_.ours.get(); }

  OwnedFd kq_{::kqueue()};
  SocketPair pair_ = unix_pair();
};

}  // namespace halo::test
