#include "bench/machine.hpp"

#include <sys/utsname.h>

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#include "servers/process.hpp"

namespace halo::bench {
namespace {

constexpr const char* kUnknown = "unknown";

std::string first_line_of(const char* path) {
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) && !line.empty() ? line : kUnknown;
}

std::string read_cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return kUnknown;
}

}  // namespace

Machine this_machine() {
  Machine machine;
  machine.cores = static_cast<unsigned>(process::usable_processors());
  machine.cpu_model = read_cpu_model();
  utsname name{};
  machine.kernel = ::uname(&name) == 0
                       ? fmt::format("{} {} {}", name.sysname, name.release, name.machine)
                       : kUnknown;
  machine.governor = first_line_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  double load = 0;
  if (::getloadavg(&load, 1) == 1) {
    machine.load_average = load;
  }
  return machine;
}

}  // namespace halo::bench
