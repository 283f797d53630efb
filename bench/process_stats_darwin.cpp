#include <libproc.h>
#include <sys/proc_info.h>
#include <sys/sysctl.h>
#include <unistd.h>

#include <cstdint>
#include <limits>

#include "bench/process_stats.hpp"

namespace halo::bench {
namespace {

std::optional<proc_taskinfo> ask(int pid) {
  proc_taskinfo info{};
  constexpr int kWhole = sizeof info;  // what is returned unless the process is gone or not ours
  return ::proc_pidinfo(pid, PROC_PIDTASKINFO, 0, &info, kWhole) == kWhole ? std::optional(info)
                                                                           : std::nullopt;
}

// Of the clock in which the kernel counts CPU time: 1,000,000,000 on Intel, 24,000,000 on Apple's
// own. Not by mach_timebase_info(), which tells a translated program (Rosetta) of nanoseconds,
// while proc_pidinfo() goes on to tell it the kernel's own ticks.
std::optional<std::uint64_t> ticks_per_second() {
  std::uint64_t frequency = 0;
  std::size_t size = sizeof frequency;
  const bool told = ::sysctlbyname("hw.tbfrequency", &frequency, &size, nullptr, 0) == 0;
  return told && size == sizeof frequency && frequency > 0 ? std::optional(frequency)
                                                           : std::nullopt;
}

Duration to_duration(std::uint64_t ticks, std::uint64_t per_second) {
  return std::chrono::seconds(ticks / per_second) +
         std::chrono::nanoseconds(ticks % per_second * 1'000'000'000 / per_second);
}

}  // namespace

std::optional<Duration> cpu_time(int pid) {
  static const std::optional<std::uint64_t> per_second = ticks_per_second();
  const std::optional<proc_taskinfo> info = ask(pid);
  return info && per_second ? std::optional(to_duration(
                                  info->pti_total_user + info->pti_total_system, *per_second))
                            : std::nullopt;
}

std::optional<Duration> own_cpu_time() { return cpu_time(::getpid()); }

std::optional<std::uint64_t> resident_bytes(int pid) {
  const std::optional<proc_taskinfo> info = ask(pid);
  return info ? std::optional(info->pti_resident_size) : std::nullopt;
}

std::optional<std::uint64_t> resident_bytes_about(int pid) { return resident_bytes(pid); }

std::optional<std::size_t> thread_count(int pid) {
  const std::optional<proc_taskinfo> info = ask(pid);
  return info ? std::optional(static_cast<std::size_t>(info->pti_threadnum)) : std::nullopt;
}

std::optional<std::uint64_t> context_switches(int pid) {
  const std::optional<proc_taskinfo> info = ask(pid);
  // The kernel's own count is wider and stays at the largest value that fits in here.
  const bool fits = info && info->pti_csw >= 0 &&
                    info->pti_csw < std::numeric_limits<decltype(info->pti_csw)>::max();
  return fits ? std::optional(static_cast<std::uint64_t>(info->pti_csw)) : std::nullopt;
}

std::optional<std::filesystem::path> program_path(int pid) {
  char path[PROC_PIDPATHINFO_MAXSIZE];
  return ::proc_pidpath(pid, path, sizeof path) > 0 ? std::optional(std::filesystem::path(path))
                                                    : std::nullopt;
}

}  // namespace halo::bench
