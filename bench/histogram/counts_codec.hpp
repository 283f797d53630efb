#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "bench/histogram/histogram.hpp"
#include "reactor/result.hpp"

namespace halo::bench {

/// The bytes that the largest histogram of this layout takes: its header, and each count as long as
/// a number can be.
inline constexpr std::size_t kCountsBytesMax = 40 + Histogram::kBuckets * 9;

/// A histogram in HdrHistogram's encoding, version 2, not compressed. In network byte order:
///
///     cookie 4 · payload's length 4 · index offset 4 · significant digits 4 ·
///     lowest value 8 · highest value 8 · ratio of a double 8 · payload
///
/// The payload are zigzag LEB128 numbers of at most 9 bytes: a count of each bucket up to the last
/// one that has any, or, negative, how many empty buckets follow each other.
std::vector<std::byte> encode_counts(const Histogram& histogram);

/// Undoes it, also for what other recorders of 3 significant digits from 1 up have written,
/// whatever their highest value. Fails with the HistogramErrc for what is wrong.
Result<Histogram> decode_counts(std::span<const std::byte> bytes);

}  // namespace halo::bench
