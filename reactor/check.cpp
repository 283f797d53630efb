#include "reactor/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace halo::detail {

void check_failed(const char* expression, const char* why, const char* file, int line) noexcept {
  std::fprintf(stderr, "%s:%d: check failed: %s: %s\n", file, line, expression, why);
  std::abort();
}

}  // namespace halo::detail
