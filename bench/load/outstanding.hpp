#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "reactor/time.hpp"

namespace halo::bench::load {

/// A question under way.
struct Question {
  TimePoint intended{};    ///< when it was due
  TimePoint sent{};        ///< when it was handed to its connection
  std::uint32_t lane = 0;  ///< the connection or socket that it went over
};

/// The books of what was asked and has no outcome yet. Each question has a number that no other one
/// ever has, so that what comes late finds nothing. *Owner:* a driver. *Thread:* one.
///
/// 1. Each call costs the same however many there are.
/// 2. Memory grows with the most that were ever outstanding at once.
class Outstanding {
 public:
  /// `lanes`: how many connections or sockets there are. `first_slot`: where the numbers of this
  /// one begin, so that those of several threads differ.
  explicit Outstanding(std::size_t lanes, std::uint32_t first_slot = 0);

  std::size_t size() const noexcept { return size_; }

  /// Returns its number. `question.sent` never goes back from one call to the next.
  std::uint64_t add(const Question& question);
  /// The question of that number, or null when it has its outcome, or never was. Good until the
  /// next `add`.
  const Question* find(std::uint64_t number) const noexcept;
  /// There must be one of that number.
  Question remove(std::uint64_t number) noexcept;

  /// The number of the one that was sent first, of all or of one lane.
  std::optional<std::uint64_t> oldest() const noexcept { return number_at(all_.first); }
  std::optional<std::uint64_t> oldest_of(std::uint32_t lane) const noexcept {
    return number_at(lanes_[lane].first);
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Links {
    std::uint32_t before = kNone;
    std::uint32_t after = kNone;
  };
  struct List {
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
  };
  struct Place {
    Question question;
    std::uint32_t generation = 0;  // odd: outstanding
    Links by_age;
    Links by_lane;
  };

  void append(List& list, Links Place::*links, std::uint32_t slot) noexcept;
  void unlink(List& list, Links Place::*links, std::uint32_t slot) noexcept;
  std::optional<std::uint64_t> number_at(std::uint32_t slot) const noexcept;
  std::uint32_t slot_of(std::uint64_t number) const noexcept;

  const std::uint32_t first_slot_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> free_;
  std::vector<List> lanes_;
  List all_;
  std::size_t size_ = 0;
};

}  // namespace halo::bench::load
