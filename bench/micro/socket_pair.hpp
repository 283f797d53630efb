#pragma once

#include <sys/socket.h>

#include "reactor/owned_fd.hpp"
#include "reactor/socket.hpp"

/// Two connected sockets that don't block; empty when there are no descriptors left.
struct SocketPair {
  SocketPair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
      return;
    }
    near.reset(ends[0]);
    far.reset(ends[1]);
    if (halo::socket::set_blocking(near.get(), false) ||
        halo::socket::set_blocking(far.get(), false)) {
      near.reset();
      far.reset();
    }
  }

  halo::OwnedFd near;
  halo::OwnedFd far;
};
