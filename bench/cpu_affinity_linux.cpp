#include <sched.h>

#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/cpu_affinity.hpp"
#include "reactor/error.hpp"

namespace halo::bench {
namespace {

std::vector<int> allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cores;
  if (::sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int core = 0; core < CPU_SETSIZE; ++core) {
      if (CPU_ISSET(static_cast<std::size_t>(core), &set)) {
        cores.push_back(core);
      }
    }
  }
  return cores;
}

// "0,64" or "0-1": logical processors that share this one's core; the same text for each of them.
std::string siblings_of(int core) {
  std::ifstream file(
      fmt::format("/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list", core));
  std::string siblings;
  std::getline(file, siblings);
  return siblings;
}

}  // namespace

std::optional<CorePair> choose_cores() {
  const std::vector<int> cores = allowed_cores();
  if (cores.size() < 2) {
    return std::nullopt;
  }
  // The last one for the servers: the first is where most systems handle their devices.
  const int server = cores.back();
  const std::string siblings = siblings_of(server);
  for (const int core : cores) {
    if (core != server && (siblings.empty() || siblings_of(core) != siblings)) {
      return CorePair{server, core};
    }
  }
  return CorePair{server, cores.front()};
}

std::error_code pin_to_core(int core) noexcept {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(core), &set);
  return ::sched_setaffinity(0, sizeof set, &set) == 0 ? std::error_code{} : last_error();
}

}  // namespace halo::bench
