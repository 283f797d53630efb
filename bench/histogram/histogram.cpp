#include "bench/histogram/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace halo::bench {
namespace {

// With 2,048 steps in the first bucket and 1,024 in each following one, whose step is twice as
// wide, a step is at most 1/1024 of the values in it: three significant digits.
constexpr unsigned kStepBits = 11;
constexpr std::size_t kHalfSteps = std::size_t{1} << (kStepBits - 1);
constexpr auto kLongestNs = static_cast<std::uint64_t>(Histogram::kLongest.count());
constexpr auto kShifts = static_cast<std::size_t>(std::bit_width(kLongestNs)) - kStepBits;
constexpr std::size_t kCounts = (kShifts + 2) * kHalfSteps;

}  // namespace

Histogram::Histogram() : counts_(kCounts), shortest_ns_(UINT64_MAX) {}

// The top 11 bits of a value are its step, the number of bits below them its bucket.
std::size_t Histogram::index_of(std::uint64_t value_ns) noexcept {
  const auto width = static_cast<unsigned>(std::bit_width(value_ns));
  const unsigned shift = width > kStepBits ? width - kStepBits : 0;
  return shift * kHalfSteps + static_cast<std::size_t>(value_ns >> shift);
}

std::uint64_t Histogram::last_value_of(std::size_t index) noexcept {
  const std::size_t bucket = index / kHalfSteps;
  const std::size_t shift = bucket == 0 ? 0 : bucket - 1;
  const std::uint64_t step = index - shift * kHalfSteps;
  return ((step + 1) << shift) - 1;
}

void Histogram::record(Duration value) noexcept {
  const std::int64_t value_ns = std::clamp<std::int64_t>(value.count(), 0, kLongest.count());
  const auto unsigned_ns = static_cast<std::uint64_t>(value_ns);
  ++counts_[index_of(unsigned_ns)];
  ++count_;
  shortest_ns_ = std::min(shortest_ns_, unsigned_ns);
  longest_ns_ = std::max(longest_ns_, value_ns);
}

void Histogram::merge(const Histogram& other) noexcept {
  std::transform(counts_.begin(), counts_.end(), other.counts_.begin(), counts_.begin(),
                 [](std::uint64_t mine, std::uint64_t theirs) { return mine + theirs; });
  count_ += other.count_;
  shortest_ns_ = std::min(shortest_ns_, other.shortest_ns_);
  longest_ns_ = std::max(longest_ns_, other.longest_ns_);
}

void Histogram::clear() noexcept {
  std::fill(counts_.begin(), counts_.end(), 0);
  count_ = 0;
  shortest_ns_ = UINT64_MAX;
  longest_ns_ = 0;
}

Duration Histogram::percentile(double percent) const noexcept {
  if (count_ == 0) {
    return {};
  }
  const double share = std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(count_);
  // 99.9 % of 1,000 values are 999 of them, although the product is a little more than that.
  const auto rank = static_cast<std::uint64_t>(std::ceil(share * (1.0 - 1e-12)));
  const std::uint64_t wanted = std::clamp<std::uint64_t>(rank, 1, count_);
  std::uint64_t seen = 0;
  for (std::size_t index = 0; index < counts_.size(); ++index) {
    seen += counts_[index];
    if (seen >= wanted) {
      return std::min(Duration(static_cast<std::int64_t>(last_value_of(index))), longest());
    }
  }
  return longest();
}

Duration Histogram::shortest() const noexcept {
  return count_ == 0 ? Duration{} : Duration(static_cast<std::int64_t>(shortest_ns_));
}

}  // namespace halo::bench
