#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/raw_epoll/raw_protocol.hpp"
#include "reactor/owned_fd.hpp"

namespace halo::bench {

/// The ceiling: what one thread on bare epoll needs to serve a protocol. No reactor, no timers, no
/// options: level-triggered, one read and one write for an event, accept in batches.
/// *Owner:* main. *Thread:* the one that is in `run`.
///
/// 1. A connection costs eight bytes until it has something to remember.
/// 2. Output that the kernel does not take waits here; until it is gone nothing more is read from
///    its connection, so a peer that does not read costs a bounded amount.
class EpollServer {
 public:
  /// `listener`: non-blocking and listening. Throws std::system_error when there is no epoll.
  /// *Lifetime:* the protocol's at most.
  EpollServer(OwnedFd listener, RawProtocol& protocol);
  EpollServer(const EpollServer&) = delete;
  EpollServer& operator=(const EpollServer&) = delete;
  ~EpollServer();

  /// Serves until the process is ended.
  [[noreturn]] void run();

 private:
  // What a connection has to remember between two events, where there is anything.
  struct Pending {
    std::string unread;  // the beginning of a message
    std::string unsent;  // what the kernel did not take yet
    bool closing = false;
  };

  void accept_waiting();
  void watch_listener(bool watched);
  void read_and_answer(int fd);
  void send_output(int fd, bool close_after);
  void write_unsent(int fd, Pending& pending);
  bool watch(int operation, int fd, std::uint32_t events);
  void close_connection(int fd);

  RawProtocol& protocol_;
  OwnedFd listener_;
  OwnedFd epoll_;
  bool accepting_ = true;
  int accept_batch_ = 1;
  std::vector<std::unique_ptr<Pending>> pending_;  // by descriptor
  std::vector<char> input_;
  std::string output_;  // the answers of one event
};

}  // namespace halo::bench
