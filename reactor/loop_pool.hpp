#pragma once

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "reactor/event_loop.hpp"
#include "reactor/result.hpp"
#include "reactor/unique_function.hpp"

namespace halo {

/// A fixed number of event loops, each on a thread of its own.
/// *Owner:* main, as a rule. *Thread:* any but the loops'. *Lifetime:* servers and whoever posts go
/// first. *Errors:* a task or a timer that throws ends the process, as out of any thread's main
/// function; what a connection's handler throws ends that connection only.
class LoopPool {
 public:
  /// `loops` of them, at least one, running when this returns. Fails as make_poller does, and with
  /// EAGAIN when the system gives no more threads.
  static Result<std::unique_ptr<LoopPool>> create(std::size_t loops,
                                                  PollerKind kind = PollerKind::kBest);
  LoopPool(const LoopPool&) = delete;
  LoopPool& operator=(const LoopPool&) = delete;

  /// As `stop`; then the loops are destroyed.
  ~LoopPool();

  std::size_t size() const noexcept { return members_.size(); }
  EventLoop& loop(std::size_t index) noexcept;

  /// Runs `task` on the thread of a loop and returns when it is done and what it closed is
  /// destroyed; on the caller's thread when the pool has been stopped. Must not be called from a
  /// loop of this pool.
  void call(std::size_t index, UniqueFunction<void()> task);

  /// Ends the loops and joins their threads. The loops stay, as objects.
  void stop();

 private:
  struct Member {
    std::unique_ptr<EventLoop> loop;
    std::thread thread;
  };

  LoopPool() = default;

  std::vector<Member> members_;
};

}  // namespace halo
