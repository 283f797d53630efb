#include <fstream>

#include "bench/cpu_model.hpp"

namespace halo::bench {

std::optional<std::string> cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return std::nullopt;
}

}  // namespace halo::bench
