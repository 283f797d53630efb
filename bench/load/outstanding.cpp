#include "bench/load/outstanding.hpp"

#include "reactor/check.hpp"

namespace halo::bench::load {
namespace {

constexpr unsigned kSlotBits = 32;  // of a number: the generation above, the slot below

}  // namespace

Outstanding::Outstanding(std::size_t lanes, std::uint32_t first_slot)
    : first_slot_(first_slot), lanes_(lanes) {}

std::uint64_t Outstanding::add(const Question& question) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.emplace_back();
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  Place& place = places_[slot];
  place.question = question;
  ++place.generation;
  append(all_, &Place::by_age, slot);
  append(lanes_[question.lane], &Place::by_lane, slot);
  ++size_;
  return *number_at(slot);
}

const Question* Outstanding::find(std::uint64_t number) const noexcept {
  const std::uint32_t slot = slot_of(number);
  return slot != kNone && number_at(slot) == number ? &places_[slot].question : nullptr;
}

Question Outstanding::remove(std::uint64_t number) noexcept {
  const std::uint32_t slot = slot_of(number);
  HALO_CHECK(find(number) != nullptr, "an outcome for a question that is outstanding");
  Place& place = places_[slot];
  unlink(all_, &Place::by_age, slot);
  unlink(lanes_[place.question.lane], &Place::by_lane, slot);
  ++place.generation;
  free_.push_back(slot);
  --size_;
  return place.question;
}

void Outstanding::append(List& list, Links Place::*links, std::uint32_t slot) noexcept {
  places_[slot].*links = {list.last, kNone};
  (list.last == kNone ? list.first : (places_[list.last].*links).after) = slot;
  list.last = slot;
}

void Outstanding::unlink(List& list, Links Place::*links, std::uint32_t slot) noexcept {
  const Links own = places_[slot].*links;
  (own.before == kNone ? list.first : (places_[own.before].*links).after) = own.after;
  (own.after == kNone ? list.last : (places_[own.after].*links).before) = own.before;
}

std::optional<std::uint64_t> Outstanding::number_at(std::uint32_t slot) const noexcept {
  if (slot == kNone || places_[slot].generation % 2 == 0) {
    return std::nullopt;
  }
  return std::uint64_t{places_[slot].generation} << kSlotBits | (first_slot_ + slot);
}

std::uint32_t Outstanding::slot_of(std::uint64_t number) const noexcept {
  const std::uint32_t slot = static_cast<std::uint32_t>(number) - first_slot_;
  return slot < places_.size() ? slot : kNone;
}

}  // namespace halo::bench::load
