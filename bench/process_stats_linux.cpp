#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "bench/process_stats.hpp"

namespace halo::bench {
namespace {

std::optional<Duration> read_clock(clockid_t clock) {
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) {
    return std::nullopt;
  }
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// The number behind "name:" in a file such as /proc/PID/status; see proc(5).
std::optional<std::uint64_t> read_field(const std::string& path, std::string_view name) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') {
      continue;
    }
    const std::size_t begin = line.find_first_of("0123456789");
    std::uint64_t value = 0;
    if (begin != std::string::npos &&
        std::from_chars(line.data() + begin, line.data() + line.size(), value).ec == std::errc{}) {
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Duration> cpu_time(int pid) {
  clockid_t clock{};
  if (::clock_getcpuclockid(pid, &clock) != 0) {
    return std::nullopt;
  }
  return read_clock(clock);
}

std::optional<Duration> own_cpu_time() { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

std::optional<std::uint64_t> resident_bytes(int pid) {
  // VmRSS of /proc/PID/status lags by up to 64 pages for each core; see proc_pid_statm(5).
  const std::optional<std::uint64_t> kib =
      read_field(fmt::format("/proc/{}/smaps_rollup", pid), "Rss");
  return kib ? std::optional(*kib * 1024) : resident_bytes_about(pid);
}

std::optional<std::uint64_t> resident_bytes_about(int pid) {
  const std::optional<std::uint64_t> kib = read_field(fmt::format("/proc/{}/status", pid), "VmRSS");
  return kib ? std::optional(*kib * 1024) : std::nullopt;
}

std::optional<std::size_t> thread_count(int pid) {
  return read_field(fmt::format("/proc/{}/status", pid), "Threads");
}

std::optional<std::uint64_t> context_switches(int pid) {
  std::error_code error;
  std::filesystem::directory_iterator task(fmt::format("/proc/{}/task", pid), error);
  if (error) {
    return std::nullopt;
  }
  std::uint64_t switches = 0;
  for (; task != std::filesystem::directory_iterator(); task.increment(error)) {
    const std::string status = task->path().string() + "/status";
    // Zero for a thread that has just exited.
    switches += read_field(status, "voluntary_ctxt_switches").value_or(0);
    switches += read_field(status, "nonvoluntary_ctxt_switches").value_or(0);
  }
  return switches;
}

std::optional<std::filesystem::path> program_path(int pid) {
  std::error_code error;
  std::filesystem::path path =
      std::filesystem::read_symlink(fmt::format("/proc/{}/exe", pid), error);
  return error ? std::nullopt : std::optional(std::move(path));
}

}  // namespace halo::bench
