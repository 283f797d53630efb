#pragma once

#include <cstdint>
#include <random>

namespace halo::test {

/// The seed of a random test: HALO_TEST_SEED from the environment, else a fresh one. Printed, so
/// that a failure can be repeated with it.
std::uint64_t seed();

/// Random numbers that are the same everywhere for the same seed, unlike std's distributions.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t next() { return engine_(); }
  /// From zero to `limit` - 1.
  std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
  /// From `low` to `high`, both included.
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + below(high - low + 1);
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace halo::test
