#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/seed.hpp"

namespace halo::test {

/// Calls `run` with `runs` seeds, from seed() on, until a test has failed, whose message names the
/// seed that repeats it first.
inline void run_with_seeds(int runs, const std::function<void(std::uint64_t seed)>& run) {
  const std::uint64_t first = seed();
  for (int i = 0; i < runs && !testing::Test::HasFailure(); ++i) {
    const std::uint64_t seed = first + static_cast<std::uint64_t>(i);
    SCOPED_TRACE("HALO_TEST_SEED=" + std::to_string(seed));
    run(seed);
  }
}

}  // namespace halo::test
