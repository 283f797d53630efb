#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "reactor/time.hpp"

namespace halo::bench {

/// Durations in log-linear buckets, the layout of HdrHistogram with 3 significant digits from 1 ns
/// to 1 h: exact up to 2,047 ns, above that each bucket is narrower than a thousandth of its
/// values. *Owner:* whoever measures. *Thread:* one.
///
/// 1. A value is counted once and never lost: what lies outside of the range counts as its end.
/// 2. Its counts are all it knows: two with the same counts are equal, and answer the same.
/// 3. So merging two histograms gives, bit for bit, the one that had recorded everything, and so
///    does writing and reading one (histogram_text.hpp).
/// *See:* http://hdrhistogram.org
class Histogram {
 public:
  static constexpr Duration kLongest = std::chrono::hours(1);
  static constexpr std::size_t kBuckets = 33'792;
  /// Values that one may hold when it comes out of a file: a double, and so every reader's
  /// arithmetic, is exact up to here. To record as many takes three months at 10^9 a second.
  static constexpr std::uint64_t kCountMax = std::uint64_t{1} << 53;

  Histogram();

  void record(Duration value) noexcept;
  void merge(const Histogram& other) noexcept;
  void clear() noexcept;

  std::uint64_t count() const noexcept { return count_; }

  /// The smallest value that `percent` (0 to 100) of all values do not exceed, rounded up to the
  /// end of its bucket. Zero when nothing was recorded.
  Duration percentile(double percent) const noexcept;

  /// The shortest value, rounded down to the begin of its bucket, and the longest, rounded up to
  /// the end of its. Zero when nothing was recorded.
  Duration shortest() const noexcept;
  Duration longest() const noexcept;

  /// How many values each bucket holds, from the shortest to the longest: `kBuckets` numbers, in
  /// the order of HdrHistogram. *Lifetime:* the histogram's.
  std::span<const std::uint64_t> counts() const noexcept { return counts_; }

  /// `count` more values in a bucket. Checked: there must be such a bucket.
  void add(std::size_t bucket, std::uint64_t count) noexcept;

  friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
};

}  // namespace halo::bench
