#include "tests/support/seed.hpp"

#include <cstdio>
#include <cstdlib>

namespace halo::test {

std::uint64_t seed() {
  std::uint64_t value = std::random_device{}();
  if (const char* given = std::getenv("HALO_TEST_SEED")) {
    value = std::strtoull(given, nullptr, 0);
  }
  std::printf("seed: HALO_TEST_SEED=%llu repeats this run\n",
              static_cast<unsigned long long>(value));
  std::fflush(stdout);
  return value;
}

}  // namespace halo::test
