#include "bench/histogram/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "reactor/check.hpp"

namespace halo::bench {
namespace {

// With 2,048 steps in the first bucket and 1,024 in each following one, whose step is twice as
// wide, a step is at most 1/1024 of the values in it: three significant digits.
constexpr unsigned kStepBits = 11;
constexpr std::size_t kHalfSteps = std::size_t{1} << (kStepBits - 1);
constexpr auto kLongestNs = static_cast<std::uint64_t>(Histogram::kLongest.count());
constexpr auto kShifts = static_cast<std::size_t>(std::bit_width(kLongestNs)) - kStepBits;
static_assert(Histogram::kBuckets == (kShifts + 2) * kHalfSteps);

// The top 11 bits of a value are its step, the number of bits below them its bucket.
std::size_t index_of(std::uint64_t value_ns) noexcept {
  const auto width = static_cast<unsigned>(std::bit_width(value_ns));
  const unsigned shift = width > kStepBits ? width - kStepBits : 0;
  return shift * kHalfSteps + static_cast<std::size_t>(value_ns >> shift);
}

Duration first_value_of(std::size_t index) noexcept {
  const std::size_t bucket = index / kHalfSteps;
  const std::size_t shift = bucket == 0 ? 0 : bucket - 1;
  const std::uint64_t step = index - shift * kHalfSteps;
  return Duration(static_cast<std::int64_t>(step << shift));
}

Duration last_value_of(std::size_t index) noexcept {
  return first_value_of(index + 1) - Duration(1);
}

}  // namespace

Histogram::Histogram() : counts_(kBuckets) {}

void Histogram::record(Duration value) noexcept {
  const std::int64_t value_ns = std::clamp<std::int64_t>(value.count(), 0, kLongest.count());
  ++counts_[index_of(static_cast<std::uint64_t>(value_ns))];
  ++count_;
}

void Histogram::merge(const Histogram& other) noexcept {
  std::transform(counts_.begin(), counts_.end(), other.counts_.begin(), counts_.begin(),
                 [](std::uint64_t mine, std::uint64_t theirs) { return mine + theirs; });
  count_ += other.count_;
}

void Histogram::clear() noexcept {
  std::fill(counts_.begin(), counts_.end(), 0);
  count_ = 0;
}

void Histogram::add(std::size_t bucket, std::uint64_t count) noexcept {
  HALO_CHECK(bucket < kBuckets, "there is no such bucket");
  counts_[bucket] += count;
  count_ += count;
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
  std::size_t index = 0;
  for (; index < kBuckets; ++index) {
    seen += counts_[index];
    if (seen >= wanted) {
      break;
    }
  }
  return last_value_of(index);
}

Duration Histogram::shortest() const noexcept {
  if (count_ == 0) {
    return {};
  }
  const auto first = std::find_if(counts_.begin(), counts_.end(), [](auto n) { return n != 0; });
  return first_value_of(static_cast<std::size_t>(first - counts_.begin()));
}

Duration Histogram::longest() const noexcept {
  if (count_ == 0) {
    return {};
  }
  const auto last = std::find_if(counts_.rbegin(), counts_.rend(), [](auto n) { return n != 0; });
  return last_value_of(static_cast<std::size_t>(counts_.rend() - last) - 1);
}

}  // namespace halo::bench
