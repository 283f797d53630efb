#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>

#include "reactor/result.hpp"
#include "reactor/time.hpp"
#include "reactor/token.hpp"

namespace halo {

/// What a descriptor is watched for, and what it turned out to be ready for. A set of two bits.
enum class Interest : std::uint8_t { kNone = 0, kReadable = 1, kWritable = 2, kBoth = 3 };

constexpr Interest operator|(Interest a, Interest b) noexcept {
  return static_cast<Interest>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr Interest operator&(Interest a, Interest b) noexcept {
  return static_cast<Interest>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
constexpr bool includes(Interest set, Interest part) noexcept { return (set & part) == part; }

/// One descriptor's readiness. `hangup` is a hint, never a verdict: the system call tells.
struct Event {
  Token token;
  Interest ready = Interest::kNone;
  bool hangup = false;
};

/// The kernel's readiness interface: the seam between an operating system and halo. A new backend
/// is one file in poller/ that keeps these rules; the conformance tests check each by its number.
/// *Owner:* an EventLoop. *Thread:* the loop's, except `wake`.
///
/// P1  Level-triggered: a descriptor that stays ready is reported by every wait.
/// P2  `kNone` takes the descriptor out of the kernel's set; nothing of it is reported. (epoll
///     with an empty interest would repeat a hangup for ever.)
/// P3  Error and hangup are reported as readiness in both directions, so that the system call
///     surfaces the cause. The loop masks this with what is watched.
/// P4  End of stream with bytes pending is readable: whoever is told reads before it believes
///     `hangup`. (kqueue sets EV_EOF while data is pending.)
/// P5  One descriptor may appear twice in a batch. (kqueue has two filters.)
/// P6  Events may be stale by the time they are looked at: the loop checks each token's generation.
/// P7  Timeouts are rounded up: a wait never returns early because of a coarse unit.
/// P8  A wait that a signal interrupts yields zero events and no error.
/// P9  `wake` ends the present or the next wait; many wakes may count as one.
/// P10 A failed change affects no other descriptor. A refused connect is reported as writable, to
///     be asked with SO_ERROR.
class Poller {
 public:
  virtual ~Poller() = default;

  /// Watches `fd` for `interest` under `token`, or changes what it is watched for.
  /// Fails with what the kernel says: EPERM for a regular file, ENOSPC or ENOMEM when it is full.
  [[nodiscard]] virtual std::error_code add(int fd, Token token, Interest interest) = 0;

  /// Stops watching `fd`; to be called before it is closed. Not watched: no error.
  virtual std::error_code remove(int fd) = 0;

  /// Waits until something is ready, `timeout` has passed (empty: without limit) or `wake` was
  /// called; fills `out` from the front. Returns how many events there are; wakes are not events.
  virtual Result<std::size_t> wait(std::span<Event> out, std::optional<Duration> timeout) = 0;

  /// Ends the present or the next wait. *Thread:* any, and signal handlers.
  virtual void wake() noexcept = 0;

  /// A descriptor that is readable when this poller has events, for a foreign loop; -1: none.
  virtual int native_handle() const noexcept = 0;

  /// "epoll", "kqueue" or "poll".
  virtual std::string_view name() const noexcept = 0;
};

/// Which poller to make. kBest is the fastest that this system has.
enum class PollerKind : std::uint8_t { kBest, kEpoll, kKqueue, kPoll };

/// "best", "epoll", "kqueue", "poll" as a kind; fails with kPollerUnavailable on another word.
Result<PollerKind> parse_poller_kind(std::string_view name) noexcept;

/// The kinds that `make_poller` can make here, the best one first.
std::span<const PollerKind> available_pollers() noexcept;

/// Fails with kPollerUnavailable where the system has no such poller, else with the kernel's word.
Result<std::unique_ptr<Poller>> make_poller(PollerKind kind);

}  // namespace halo
