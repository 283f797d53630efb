#pragma once

#include <cstdint>

namespace halo::bench {

/// What became of the questions of a load over datagrams, as DatagramLedger defines each class.
/// asked = answered + lost + late + those still outstanding.
struct DatagramCounts {
  std::uint64_t asked = 0;
  std::uint64_t answered = 0;    ///< in time
  std::uint64_t lost = 0;        ///< time-outs after which no answer has come until now
  std::uint64_t late = 0;        ///< time-outs after which the answer did come
  std::uint64_t duplicated = 0;  ///< answers beyond the first
  std::uint64_t reordered = 0;   ///< of `answered`: overtaken by the answer to a later question
  std::uint64_t wrong = 0;       ///< datagrams that answer nothing that was asked

  DatagramCounts& operator+=(const DatagramCounts& other) noexcept {
    asked += other.asked;
    answered += other.answered;
    lost += other.lost;
    late += other.late;
    duplicated += other.duplicated;
    reordered += other.reordered;
    wrong += other.wrong;
    return *this;
  }
  friend bool operator==(const DatagramCounts&, const DatagramCounts&) = default;
};

}  // namespace halo::bench
