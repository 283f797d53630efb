#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

#include "bench/datagram_counts.hpp"
#include "reactor/time.hpp"

namespace halo::bench {

/// The books of a closed loop of datagrams: which questions are outstanding, and what became of the
/// others. No socket and no clock: it is told what was asked, what arrived and when a time-out is
/// declared.
///
/// Each question has a number. The window has places 0 .. window-1, and a place holds one question
/// at a time: number n belongs to place n mod window and goes over socket n mod sockets, so that a
/// number says whether it was asked and where its answer must come. A window of one goes round all
/// sockets in turn, a window that is a multiple of the sockets stays evenly spread.
///
/// A question that was asked is in exactly one class:
///
///   outstanding   no answer has come, and no time-out was declared
///   answered      its first answer came while it was outstanding
///   lost          its time-out was declared, and no answer has come until now
///   late          its time-out was declared, and its first answer came afterwards
///
/// A datagram that arrives is exactly one of these:
///
///   an answer     in time or late: the first one to its question; the question changes its class
///   a duplicate   one more answer to a question that is answered or late
///   wrong         all others: no answer by its form, the answer to a number that was not asked, or
///                 one on another socket than its question's
///
/// Reordered is an answer in time that comes after the answer in time to a question which was asked
/// later on the same socket; it stays answered: reordering is never loss. One overtaken by several
/// counts once, and one that overtakes several makes each of these count. Late answers and
/// duplicates neither count as reordered nor make others so. See RFC 4737, section 3; RFC 5560.
///
/// *Owner:* a load. *Thread:* one.
///
/// 1. Each call costs the same however many questions there were.
/// 2. Memory: the window, and the numbers of the lost ones, at most kLostMax; at this bound `full`
///    says that nothing more may be asked. So every count is exact, however late an answer is.
class DatagramLedger {
 public:
  /// Far above what a run can lose: a window of 1024 all of which is lost, each half a second, gets
  /// there after eight minutes.
  static constexpr std::size_t kLostMax = std::size_t{1} << 20;

  enum class Arrival : std::uint8_t { kAnswered, kLate, kDuplicate, kWrong };

  /// `window`: how many may be outstanding; `sockets`: that they go over. Both at least 1.
  DatagramLedger(std::size_t window, std::size_t sockets);

  std::size_t window() const noexcept { return places_.size(); }
  std::size_t place_of(std::uint64_t number) const noexcept { return number % places_.size(); }
  std::size_t socket_of(std::uint64_t number) const noexcept { return number % latest_.size(); }

  /// Whether the place's question is outstanding; else it is free.
  bool is_outstanding(std::size_t place) const noexcept { return places_[place].outstanding; }
  std::size_t outstanding() const noexcept { return outstanding_; }
  bool full() const noexcept { return lost_.size() >= kLostMax; }

  /// The number of the question that the free `place` asks now. `now` never goes back.
  std::uint64_t ask(std::size_t place, TimePoint now);

  /// The answer to `number` has arrived on `socket`.
  Arrival take(std::size_t socket, std::uint64_t number);
  /// A datagram without the form of an answer has.
  void take_nonsense() noexcept { ++counts_.wrong; }

  /// When the present question of a place, or its last one, was asked.
  TimePoint asked_at(std::size_t place) const noexcept { return places_[place].asked_at; }
  /// When the oldest outstanding question was asked; empty: there is none.
  std::optional<TimePoint> oldest() const noexcept;
  /// Declares the time-out of the oldest outstanding question, of which there must be one. Returns
  /// its place, which is free now.
  std::size_t lose_oldest();

  const DatagramCounts& counts() const noexcept { return counts_; }

 private:
  static constexpr std::size_t kNone = SIZE_MAX;

  struct Place {
    std::uint64_t next_number = 0;  // of the question that it asks next
    std::uint64_t order = 0;        // of its question among all, from 1
    TimePoint asked_at{};
    std::size_t before = kNone;  // asked earlier, and outstanding
    std::size_t after = kNone;
    bool outstanding = false;
  };

  void release(std::size_t place) noexcept;

  std::vector<Place> places_;
  std::vector<std::uint64_t> latest_;  // for each socket the highest order answered in time
  std::size_t oldest_ = kNone;
  std::size_t newest_ = kNone;
  std::size_t outstanding_ = 0;
  std::unordered_set<std::uint64_t> lost_;
  DatagramCounts counts_;
};

}  // namespace halo::bench
