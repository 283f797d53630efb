#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/unique_function.hpp"

namespace halo {

/// A socket that was accepted, and who is at its other end.
struct AcceptedSocket {
  OwnedFd socket;
  Endpoint peer;
};

/// Sockets on their way from the loop that accepted them to the loop that serves them.
/// *Owner:* a ServerMember. *Thread:* `put` any, all else the serving loop's.
///
/// 1. Each `put` posts a task, and each task takes one socket: an exception out of `on_take` ends
///    that socket's way and no other's.
/// 2. The sockets wait here, not in the tasks, so that the owner finds them when it drains or goes
///    and the loop does not run its tasks any more.
/// 3. It has no bound of its own: a server puts what it has admitted, connections_max at most.
class HandoffQueue {
 public:
  using OnTake = UniqueFunction<void(OwnedFd socket, const Endpoint& peer)>;

  HandoffQueue(EventLoop& loop, OnTake on_take);
  HandoffQueue(const HandoffQueue&) = delete;
  HandoffQueue& operator=(const HandoffQueue&) = delete;

  /// Closes what waits. `on_take` is not called any more, although tasks may still be posted.
  ~HandoffQueue();

  /// Has `on_take` called on the loop's thread, in the order of the puts. *Lifetime:* the queue
  /// must live until the call returns.
  void put(OwnedFd socket, const Endpoint& peer);

  /// The socket that waits longest; its task finds the next one, or none.
  std::optional<AcceptedSocket> pop() { return waiting_->pop(); }

 private:
  // Apart from the queue, because the tasks that look into it can outlive it.
  class Waiting {
   public:
    explicit Waiting(OnTake on_take) : on_take_(std::move(on_take)) {}
    void push(AcceptedSocket accepted);
    std::optional<AcceptedSocket> pop();
    void take_one();

   private:
    OnTake on_take_;
    std::mutex mutex_;
    std::deque<AcceptedSocket> sockets_;  // guarded by mutex_
  };

  EventLoop& loop_;
  std::unique_ptr<Waiting> waiting_;
};

}  // namespace halo
