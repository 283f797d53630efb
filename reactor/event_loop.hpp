#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "reactor/buffer.hpp"
#include "reactor/check.hpp"
#include "reactor/poller.hpp"
#include "reactor/result.hpp"
#include "reactor/slab.hpp"
#include "reactor/task_queue.hpp"
#include "reactor/time.hpp"
#include "reactor/timer_queue.hpp"
#include "reactor/token.hpp"
#include "reactor/unique_function.hpp"

namespace halo {

// One iteration, EventLoop::run_once, in this order:
//
//   1 timeout   = time to the next timer; 0 if tasks are queued; or the caller's limit
//   2 wait      = poller.wait(events, timeout)          the only place a loop thread sleeps
//   3 now       = the clock, read once                  everybody uses loop.now()
//   4 dispatch  = for each event whose token is still live: handler.on_ready(event)
//   5 timers    = those due at `now`, a bounded number
//   6 tasks     = those queued when this step began, a bounded number
//   7 flush     = whoever asked for it by flush_later: connections that were sent to, one write
//   each 8 reap      = what was closed in 4..7 is destroyed; nothing dies earlier

/// Whoever watches a descriptor. *Lifetime:* must outlive its watch.
class IoHandler {
 public:
  /// The descriptor is ready for `event.ready`, masked with what is watched. Spurious readiness is
  /// normal: the system call tells. *Thread:* the loop's.
  virtual void on_ready(Event event) = 0;

  /// Step 7 of an iteration in which `flush_later` was called for this handler.
  virtual void on_flush() {}

 protected:
  ~IoHandler() = default;
};

/// Where replies are gathered while one event is handled, and whose they are.
struct GatherBuffer {
  Buffer bytes;
  const void* owner = nullptr;
};

/// One thread's loop over descriptors, timers and posted tasks.
/// *Owner:* a LoopPool, or the embedder. *Thread:* the one that is inside `run` or `run_once`;
/// while nobody is, any one thread at a time. `post`, `stop` and `in_loop_thread` may be called
/// from any.
///
/// 1. A handler is called only while its watch lives: never after `unwatch`, even for an event of
///    the batch at hand.
/// 2. Nothing is destroyed under a caller's feet: `reap_later` runs when no callback is active.
/// 3. An exception out of a callback leaves `run`, which may be called again: nothing is lost but
///    the rest of the batch, which the level-triggered poller reports again.
class EventLoop {
 public:
  /// A loop on the given kind of poller. Fails as make_poller does. `clock` must outlive the loop.
  static Result<std::unique_ptr<EventLoop>> create(PollerKind kind = PollerKind::kBest,
                                                   const Clock& clock = monotonic_clock());

  /// Tasks that were never run are destroyed, not run. *Lifetime:* every thread that posts must be
  /// done with the loop by then.
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Iterates until `stop`. A stop that came before the call ends it at once.
  void run();

  /// One iteration, waiting at most `wait_max` (empty: as long as it takes).
  /// Returns how many events, timers and tasks were served.
  std::size_t run_once(std::optional<Duration> wait_max);

  /// Ends the `run` or `run_once` at hand at the end of its iteration, without a wait; the next
  /// one, where there is none. *Thread:* any, and signal handlers.
  void stop() noexcept;

  /// Runs `task` on the loop's thread, in step 6, in the order of posting. What is posted to a
  /// loop that does not run waits until it does. Bounded by limits::kPostedTasksMax: the poster
  /// must bound its work. *Thread:* any. *Lifetime:* the loop must live until the call returns.
  void post(UniqueFunction<void()> task);

  /// Runs `callback` once, when `delay` has passed.
  TimerId run_after(Duration delay, UniqueFunction<void()> callback);
  /// Runs `callback` every `period` (above zero), first when one period has passed.
  TimerId run_every(Duration period, UniqueFunction<void()> callback);
  /// Moves a timer that has not run to `delay` from now; false: it is over.
  bool rearm(TimerId id, Duration delay) noexcept;
  /// False: it has run, or was cancelled. A timer whose turn has come in this very step does not
  /// run either once it is cancelled.
  bool cancel(TimerId id) noexcept;

  /// Calls `handler` whenever `fd` is ready for `interest`. Fails as Poller::add does.
  /// *Lifetime:* `fd` and `handler` until `unwatch`, which must come before the descriptor is
  /// closed.
  Result<Token> watch(int fd, Interest interest, IoHandler& handler);
  /// Changes what a descriptor is watched for; kNone keeps the token and reports nothing.
  [[nodiscard]] std::error_code rewatch(Token token, Interest interest);
  /// Ends a watch; a token that has ended already is no error.
  void unwatch(Token token) noexcept;

  /// Calls the token's handler in step 7 of this iteration (or of the next, from step 8 on).
  void flush_later(Token token);
  /// Runs `destroy` in step 8, when no callback of this loop is active.
  void reap_later(UniqueFunction<void()> destroy);

  /// The time that was read in step 3, the same for the whole iteration; while the loop does not
  /// run, the clock's. Whoever measures single events reads a clock of its own.
  TimePoint now() const noexcept {
    return thread_.load(std::memory_order_relaxed) == std::thread::id{} ? clock_.now() : now_;
  }

  /// Whether the caller may use what is bound to the loop's thread.
  bool in_loop_thread() const noexcept {
    const std::thread::id thread = thread_.load(std::memory_order_relaxed);
    return thread == std::this_thread::get_id() || thread == std::thread::id{};
  }

  /// See Poller.
  std::string_view poller_name() const noexcept { return poller_->name(); }
  int native_handle() const noexcept { return poller_->native_handle(); }

  /// The handler of a watch that still lives, or null.
  IoHandler* find_handler(Token token) noexcept;

  /// Step 8 at once, where no callback is active because nobody is inside the loop; for owners that
  /// go while the loop does not run. Else nothing happens: step 8 will come.
  void reap_if_outside();

  /// Around a callback that may be called from outside of the loop, such as on_open by `adopt`:
  /// nothing is reaped in between.
  void enter_callback() noexcept { ++callbacks_; }
  void leave_callback() noexcept { --callbacks_; }

  /// The loop's one input buffer of limits::kReadBytesMax, shared by all its connections: valid
  /// during one event.
  std::span<std::byte> read_buffer() noexcept { return read_buffer_; }
  /// The loop's one output buffer, which gathers the replies of one connection at a time.
  GatherBuffer& gather_buffer() noexcept { return gather_buffer_; }

 private:
  struct Watch {
    IoHandler* handler;
    int fd;
    Interest interest;
    bool flush_queued = false;
  };
  class Turn;  // marks the thread that is inside

  EventLoop(std::unique_ptr<Poller> poller, const Clock& clock);

  std::size_t turn(std::optional<Duration> wait_max);
  std::optional<Duration> wait_limit(std::optional<Duration> wait_max) noexcept;
  void prefetch(std::span<const Event> coming) noexcept;
  std::size_t dispatch(std::span<const Event> events);
  void flush();
  void reap();
  void check_thread() const noexcept {
    HALO_CHECK(in_loop_thread(), "called from a thread that is not the loop's: use post()");
  }

  std::unique_ptr<Poller> poller_;
  const Clock& clock_;
  TimePoint now_;
  TaskQueue tasks_;  // before the timers: what goes with one of them may post
  TimerQueue timers_;
  Slab<Watch> watches_;
  std::vector<Event> events_;
  std::vector<Token> to_flush_;
  std::vector<Token> flushing_;  // of the present step 7
  std::size_t next_flush_ = 0;   // in flushing_
  std::vector<UniqueFunction<void()>> to_reap_;
  std::vector<std::byte> read_buffer_;
  GatherBuffer gather_buffer_;
  int callbacks_ = 0;
  std::atomic<std::thread::id> thread_{};
  std::atomic<bool> stop_{false};
};

}  // namespace halo
