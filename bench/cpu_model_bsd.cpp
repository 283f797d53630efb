// macOS and FreeBSD.

// clang-format off
#include <sys/types.h>   // comes first: sysctl(3)
#include <sys/sysctl.h>
// clang-format on

#include <cstring>

#include "bench/cpu_model.hpp"

namespace halo::bench {

std::optional<std::string> cpu_model() {
  // In this order: macOS has both, and its hw.model is the name of the computer.
  for (const char* const name : {"machdep.cpu.brand_string", "hw.model"}) {
    char model[256];
    std::size_t size = sizeof model;
    if (::sysctlbyname(name, model, &size, nullptr, 0) == 0) {
      return std::string(model, ::strnlen(model, size));
    }
  }
  return std::nullopt;
}

}  // namespace halo::bench
