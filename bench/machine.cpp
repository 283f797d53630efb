#include "bench/machine.hpp"

#include <sys/utsname.h>

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#include "bench/cpu_model.hpp"
#include "servers/process.hpp"

namespace halo::bench {
namespace {

constexpr const char* kUnknown = "unknown";

std::string first_line_of(const char* path) {
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) && !line.empty() ? line : kUnknown;
}

}  // namespace

Machine this_machine() {
  Machine machine;
  machine.cores = static_cast<unsigned>(process::usable_processors());
  machine.cpu_model = cpu_model().value_or(kUnknown);
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
