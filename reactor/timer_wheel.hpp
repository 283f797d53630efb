#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace halo {

/// One timer's place in a wheel: a member of the timer, which its owner keeps where it is.
struct TimerLink {
  TimerLink* previous = nullptr;
  TimerLink* next = nullptr;
  std::uint64_t deadline = 0;  ///< nanoseconds since the wheel's zero

  bool linked() const noexcept { return next != nullptr; }
};

/// Timers in order of their deadlines, exact to the nanosecond, at a constant price: a hierarchical
/// wheel whose digits are six bits wide.
///
///     level 0: 64 slots of 1 ns    level 1: 64 slots of 64 ns   ...   level 10: the rest of 2^64
///
/// A timer lies on the level of the highest digit in which its deadline differs from the wheel's
/// present time, in the slot of that digit. So all of level n is due before all of level n + 1, and
/// within a level the lowest slot is due first: a bitmap finds it. When the present reaches a slot,
/// its timers move to lower levels; most timers are cancelled long before.
///
/// 1. Insert and remove are O(1); a timer moves at most ten times in its life.
/// 2. Equal deadlines come out in the order in which they were inserted.
/// 3. The present never goes back; a deadline in the past counts as the present.
///
/// *Owner:* a TimerQueue. *Thread:* one. *Lifetime:* each link stays where it is while linked.
class TimerWheel {
 public:
  TimerWheel() noexcept;
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Puts `link` where its deadline belongs. It must not be linked.
  void insert(TimerLink& link) noexcept;

  /// Takes `link` out, also when it is due already. It must be linked.
  void remove(TimerLink& link) noexcept;

  /// Moves the present to `now` and what is due by then to the end of the due list.
  void advance(std::uint64_t now) noexcept;

  /// Takes the first of the due list, in order of deadline; null when there is none.
  TimerLink* pop_due() noexcept;
  bool has_due() const noexcept { return due_.next != &due_; }

  /// No timer is due before this; usually the earliest deadline itself, at worst the start of its
  /// slot: waking up then moves the slot's timers, and the answer gets exact. Empty: no timers.
  std::optional<std::uint64_t> next_deadline() noexcept;

 private:
  static constexpr unsigned kDigitBits = 6;
  static constexpr unsigned kSlots = 1U << kDigitBits;
  static constexpr unsigned kLevels = (64 + kDigitBits - 1) / kDigitBits;
  static constexpr std::uint64_t kUnknown = UINT64_MAX;

  struct Place {
    unsigned level;
    unsigned slot;
  };

  Place place_of(std::uint64_t deadline) const noexcept;
  std::optional<Place> first_place() const noexcept;
  std::uint64_t start_of(Place place) const noexcept;
  void clear_if_empty(TimerLink* sentinel) noexcept;

  std::uint64_t present_ = 0;
  std::uint64_t earliest_ = kUnknown;  // cached answer of next_deadline(); kUnknown: look again
  std::uint32_t levels_used_ = 0;      // bit n: slots_used_[n] is not zero
  std::array<std::uint64_t, kLevels> slots_used_{};
  std::array<TimerLink, std::size_t{kLevels} * kSlots> slots_;  // ring lists, each with a sentinel
  TimerLink due_;
};

}  // namespace halo
