#include "reactor/timer_wheel.hpp"

#include <algorithm>
#include <bit>

#include "reactor/check.hpp"

namespace halo {
namespace {

// How many timers of one slot are looked at for the exact earliest deadline.
constexpr int kLooksMax = 16;

void make_empty(TimerLink& sentinel) noexcept { sentinel.previous = sentinel.next = &sentinel; }

void append(TimerLink& sentinel, TimerLink& link) noexcept {
  link.previous = sentinel.previous;
  link.next = &sentinel;
  sentinel.previous->next = &link;
  sentinel.previous = &link;
}

void unlink(TimerLink& link) noexcept {
  link.previous->next = link.next;
  link.next->previous = link.previous;
  link.previous = link.next = nullptr;
}

}  // namespace

TimerWheel::TimerWheel() noexcept {
  std::for_each(slots_.begin(), slots_.end(), make_empty);
  make_empty(due_);
}

TimerWheel::Place TimerWheel::place_of(std::uint64_t deadline) const noexcept {
  const std::uint64_t difference = (deadline ^ present_) | 1;  // | 1: level 0 when equal
  const unsigned level = (63U - static_cast<unsigned>(std::countl_zero(difference))) / kDigitBits;
  return {level, static_cast<unsigned>(deadline >> (level * kDigitBits)) % kSlots};
}

std::optional<TimerWheel::Place> TimerWheel::first_place() const noexcept {
  if (levels_used_ == 0) {
    return std::nullopt;
  }
  const auto level = static_cast<unsigned>(std::countr_zero(levels_used_));
  return Place{level, static_cast<unsigned>(std::countr_zero(slots_used_[level]))};
}

std::uint64_t TimerWheel::start_of(Place place) const noexcept {
  const unsigned shift = place.level * kDigitBits;
  const unsigned above = shift + kDigitBits;  // what lies above this digit is as in the present
  const std::uint64_t upper = above >= 64 ? 0 : present_ >> above << above;
  return upper | (std::uint64_t{place.slot} << shift);
}

void TimerWheel::insert(TimerLink& link) noexcept {
  HALO_CHECK(!link.linked(), "a timer is inserted once");
  link.deadline = std::max(link.deadline, present_);
  const Place place = place_of(link.deadline);
  append(slots_[place.level * kSlots + place.slot], link);
  slots_used_[place.level] |= std::uint64_t{1} << place.slot;
  levels_used_ |= 1U << place.level;
  if (earliest_ != kUnknown) {
    earliest_ = std::min(earliest_, link.deadline);
  }
}

void TimerWheel::clear_if_empty(TimerLink* sentinel) noexcept {
  if (sentinel->next != sentinel || sentinel == &due_) {
    return;
  }
  const auto index = static_cast<unsigned>(sentinel - slots_.data());
  slots_used_[index / kSlots] &= ~(std::uint64_t{1} << (index % kSlots));
  if (slots_used_[index / kSlots] == 0) {
    levels_used_ &= ~(1U << (index / kSlots));
  }
}

void TimerWheel::remove(TimerLink& link) noexcept {
  HALO_CHECK(link.linked(), "a timer is removed once");
  TimerLink* const before = link.previous;
  const bool was_alone = before == link.next;  // only the sentinel remains
  if (link.deadline == earliest_) {
    earliest_ = kUnknown;
  }
  unlink(link);
  if (was_alone) {
    clear_if_empty(before);
  }
}

void TimerWheel::advance(std::uint64_t now) noexcept {
  if (earliest_ != kUnknown && now < earliest_) {
    return;  // nothing to move; a present that lags behind costs nothing
  }
  while (const std::optional<Place> place = first_place()) {
    const std::uint64_t start = start_of(*place);
    if (start > now) {
      break;
    }
    present_ = std::max(present_, start);
    TimerLink& slot = slots_[place->level * kSlots + place->slot];
    earliest_ = kUnknown;
    while (slot.next != &slot) {
      TimerLink& link = *slot.next;
      unlink(link);
      if (place->level == 0) {
        append(due_, link);
      } else {
        insert(link);
      }
    }
    clear_if_empty(&slot);
  }
  present_ = std::max(present_, now);
}

TimerLink* TimerWheel::pop_due() noexcept {
  if (!has_due()) {
    return nullptr;
  }
  TimerLink* const first = due_.next;
  unlink(*first);
  return first;
}

std::optional<std::uint64_t> TimerWheel::next_deadline() noexcept {
  if (has_due()) {
    return due_.next->deadline;
  }
  const std::optional<Place> place = first_place();
  if (!place.has_value()) {
    return std::nullopt;
  }
  if (earliest_ == kUnknown) {
    const TimerLink& slot = slots_[place->level * kSlots + place->slot];
    std::uint64_t earliest = UINT64_MAX;
    int looks = 0;
    for (const TimerLink* link = slot.next; link != &slot; link = link->next) {
      if (++looks > kLooksMax) {
        earliest = start_of(*place);
        break;
      }
      earliest = std::min(earliest, link->deadline);
    }
    earliest_ = earliest;
  }
  return earliest_;
}

}  // namespace halo
