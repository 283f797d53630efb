#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <string>

#include "bench/machine_times.hpp"

namespace halo::bench {

std::optional<MachineTimes> machine_times() {
  std::ifstream file("/proc/stat");
  std::string word;
  // "cpu user nice system idle iowait irq softirq steal ...", in ticks
  std::uint64_t user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0,
                steal = 0;
  if (!(file >> word >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal) ||
      word != "cpu") {
    return std::nullopt;
  }
  const long ticks_per_s = ::sysconf(_SC_CLK_TCK);
  if (ticks_per_s <= 0) {
    return std::nullopt;
  }
  const auto time_of = [ticks_per_s](std::uint64_t ticks) {
    const std::chrono::duration<double> time(static_cast<double>(ticks) /
                                             static_cast<double>(ticks_per_s));
    return std::chrono::duration_cast<Duration>(time);
  };
  return MachineTimes{time_of(user + nice + system), time_of(steal)};
}

}  // namespace halo::bench
