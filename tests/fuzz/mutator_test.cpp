#include "tests/fuzz/mutator.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace halo::test {
namespace {

const std::vector<Input> kInputs = {{'B', 'o', 'n', 'd', '\n'}, {}, Input(100, 'x')};

std::vector<Input> made(std::vector<Input> from, std::uint64_t seed, std::size_t bytes_max = 4096) {
  Mutator mutator(std::move(from), seed, bytes_max);
  std::vector<Input> all(10'000);
  std::ranges::generate(all, [&mutator] { return mutator.next(); });
  return all;
}

TEST(Mutator, SameSeedMakesTheSameInputs) {
  EXPECT_EQ(made(kInputs, 7), made(kInputs, 7));
  EXPECT_NE(made(kInputs, 7), made(kInputs, 8));
}

TEST(Mutator, MostInputsAreNew) {
  const std::vector<Input> all = made(kInputs, seed());
  EXPECT_GT(std::set(all.begin(), all.end()).size(), 6000U);
}

TEST(Mutator, EveryByteValueComesUp) {
  std::set<std::uint8_t> bytes;
  for (const Input& input : made(kInputs, seed())) {
    bytes.insert(input.begin(), input.end());
  }
  EXPECT_EQ(bytes.size(), 256U);
}

TEST(Mutator, KeepsToTheMaximum) {
  const std::vector<Input> all = made(kInputs, seed(), 90);
  EXPECT_EQ(std::ranges::max(all, {}, &Input::size).size(), 90U);
}

TEST(Mutator, StartsFromNothing) {
  EXPECT_GT(std::ranges::max(made({}, seed()), {}, &Input::size).size(), 0U);
}

}  // namespace
}  // namespace halo::test
