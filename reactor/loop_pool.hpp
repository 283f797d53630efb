#pragma once

#include <cstddef>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

#include "reactor/event_loop.hpp"
#include "reactor/result.hpp"
#include "reactor/unique_function.hpp"

namespace halo {

/// A fixed number of event loops, each on a thread of its own; the first may be the caller's.
/// *Owner:* main, as a rule. *Thread:* any but the loops'. *Lifetime:* servers and whoever posts go
/// first. *Errors:* what is thrown out of a callback on a pool's thread ends the process, as out of
/// any thread.
class LoopPool {
 public:
  /// `loops` of them, at least one, running when this returns. Fails as make_poller does, and with
  /// EAGAIN when the system gives no more threads.
  static Result<std::unique_ptr<LoopPool>> create(std::size_t loops,
                                                  PollerKind kind = PollerKind::kBest);
  /// A pool whose first loop is `own`, which the caller runs, on the thread that also calls this
  /// pool and its servers; `more` loops get threads. With none more the process may stay without
  /// threads, and then pays for none: neither C library nor kernel need share what they hold.
  /// *Lifetime:* `own` must outlive the pool.
  static Result<std::unique_ptr<LoopPool>> create_around(EventLoop& own, std::size_t more,
                                                         PollerKind kind = PollerKind::kBest);
  LoopPool(const LoopPool&) = delete;
  LoopPool& operator=(const LoopPool&) = delete;

  /// As `stop`; then the loops are destroyed.
  ~LoopPool();

  std::size_t size() const noexcept { return members_.size(); }
  EventLoop& loop(std::size_t index) noexcept;

  /// The caller's loop, which is also loop(0); null: all have threads.
  EventLoop* own_loop() noexcept;

  /// Runs `task` on the thread of a loop and returns when it is done and what it closed is
  /// destroyed; on the caller's thread when the loop is its own, or the pool has been stopped. Must
  /// not be called from a loop of this pool.
  void call(std::size_t index, UniqueFunction<void()> task);

  /// Ends the loops that have threads, and joins these. The loops stay, as objects.
  void stop();

 private:
  struct Member {
    std::unique_ptr<EventLoop> owned;  // null: the caller's
    EventLoop* loop;
    std::thread thread;
  };

  LoopPool() = default;

  std::error_code add(std::size_t loops, PollerKind kind);

  std::vector<Member> members_;
};

}  // namespace halo
