#pragma once

#include "reactor/owned_fd.hpp"

namespace halo::bench {

/// What one thread needs to answer datagrams in the plainest way: a blocking socket, one recvfrom
/// and one sendto for each. No batches, no counters, and no judging: it answers whatever comes,
/// other servers, too, so it is for a bench and not for a network. *Owner:* main. *Thread:* the one
/// that is in `run`.
class DatagramServer {
 public:
  /// `socket`: blocking and bound.
  explicit DatagramServer(OwnedFd socket);

  /// Serves until the process is ended. An answer that the kernel does not take is dropped.
  [[noreturn]] void run();

 private:
  OwnedFd socket_;
};

}  // namespace halo::bench
