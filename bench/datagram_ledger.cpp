#include "bench/datagram_ledger.hpp"

#include "reactor/check.hpp"

namespace halo::bench {

DatagramLedger::DatagramLedger(std::size_t window, std::size_t sockets)
    : places_(window), latest_(sockets) {
  HALO_CHECK(window > 0, "a window has a place");
  HALO_CHECK(sockets > 0, "questions go over a socket");
  for (std::size_t i = 0; i < window; ++i) {
    places_[i].next_number = i;
  }
}

std::uint64_t DatagramLedger::ask(std::size_t place, TimePoint now) {
  Place& asks = places_[place];
  HALO_CHECK(!asks.outstanding, "a place has one question at a time");
  HALO_CHECK(!full(), "a full ledger takes no question");
  const std::uint64_t number = asks.next_number;
  asks.next_number += places_.size();
  asks.order = ++counts_.asked;
  asks.asked_at = now;
  asks.outstanding = true;
  asks.before = newest_;
  asks.after = kNone;
  (newest_ == kNone ? oldest_ : places_[newest_].after) = place;
  newest_ = place;
  ++outstanding_;
  return number;
}

DatagramLedger::Arrival DatagramLedger::take(std::size_t socket, std::uint64_t number) {
  const std::size_t place = place_of(number);
  const Place& asker = places_[place];
  if (number >= asker.next_number || socket != socket_of(number)) {
    ++counts_.wrong;
    return Arrival::kWrong;
  }
  const bool present = number + places_.size() == asker.next_number;
  if (!present || !asker.outstanding) {
    if (lost_.erase(number) > 0) {
      --counts_.lost;
      ++counts_.late;
      return Arrival::kLate;
    }
    ++counts_.duplicated;
    return Arrival::kDuplicate;
  }
  std::uint64_t& latest = latest_[socket];
  if (asker.order < latest) {
    ++counts_.reordered;
  } else {
    latest = asker.order;
  }
  ++counts_.answered;
  release(place);
  return Arrival::kAnswered;
}

std::optional<TimePoint> DatagramLedger::oldest() const noexcept {
  return oldest_ == kNone ? std::nullopt : std::optional(places_[oldest_].asked_at);
}

std::size_t DatagramLedger::lose_oldest() {
  HALO_CHECK(oldest_ != kNone, "what is lost was outstanding");
  const std::size_t place = oldest_;
  lost_.insert(places_[place].next_number - places_.size());
  ++counts_.lost;
  release(place);
  return place;
}

/// The place's question is outstanding no more.
void DatagramLedger::release(std::size_t place) noexcept {
  Place& freed = places_[place];
  (freed.before == kNone ? oldest_ : places_[freed.before].after) = freed.after;
  (freed.after == kNone ? newest_ : places_[freed.after].before) = freed.before;
  freed.outstanding = false;
  --outstanding_;
}

}  // namespace halo::bench
