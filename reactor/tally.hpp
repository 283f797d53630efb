#pragma once

#include <atomic>
#include <cstdint>

namespace halo {

/// A count that one thread adds to and any thread may read: dearer than an integer by nothing,
/// because one writer needs no locked instruction.
class Tally {
 public:
  /// *Thread:* one, always the same.
  void add(std::uint64_t count = 1) noexcept {
    value_.store(value() + count, std::memory_order_relaxed);
  }
  /// *Thread:* any.
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace halo
