#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "reactor/time.hpp"

namespace halo::bench {

/// Durations in log-linear buckets, the layout of HdrHistogram with 3 significant digits from 1 ns
/// to 1 h: exact up to 2,047 ns, above that each bucket is narrower than a thousandth of its
/// values. *Owner:* whoever measures. *Thread:* one.
///
/// 1. A value is counted once and never lost: what lies outside of the range counts as its end.
/// 2. Merging two histograms gives, bit for bit, the one that had recorded everything.
/// *See:* http://hdrhistogram.org
class Histogram {
 public:
  static constexpr Duration kLongest = std::chrono::hours(1);

  Histogram();

  void record(Duration value) noexcept;
  void merge(const Histogram& other) noexcept;
  void clear() noexcept;

  std::uint64_t count() const noexcept { return count_; }

  /// The smallest value that `percent` (0 to 100) of all values do not exceed, rounded up to the
  /// end of its bucket, at most `longest()`. Zero when nothing was recorded.
  Duration percentile(double percent) const noexcept;

  /// The shortest and the longest value, exactly. Zero when nothing was recorded.
  Duration shortest() const noexcept;
  Duration longest() const noexcept { return Duration(longest_ns_); }

  friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  static std::size_t index_of(std::uint64_t value_ns) noexcept;
  static std::uint64_t last_value_of(std::size_t index) noexcept;

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t shortest_ns_;
  std::int64_t longest_ns_ = 0;
};

}  // namespace halo::bench
