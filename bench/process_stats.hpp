#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "reactor/time.hpp"

/// What the system knows about a process. Everything is empty where it does not tell.
namespace halo::bench {

/// CPU time of all threads since the start, those included that have exited, as fine as the kernel
/// keeps it: nanoseconds on Linux, Mach's ticks of at most 42 ns on macOS. *See:*
/// clock_getcpuclockid(3).
std::optional<Duration> cpu_time(int pid);

/// The same for the calling process.
std::optional<Duration> own_cpu_time();

/// Memory that is resident now. Exact, so it walks all mappings: not for a running measurement.
std::optional<std::uint64_t> resident_bytes(int pid);

/// The same at the price of a look, too small or too large by up to 64 pages for each core: for a
/// running measurement.
std::optional<std::uint64_t> resident_bytes_about(int pid);

/// Threads at this moment.
std::optional<std::size_t> thread_count(int pid);

/// Voluntary and involuntary context switches of the threads that live at this moment; on macOS
/// those that have ended count, too.
std::optional<std::uint64_t> context_switches(int pid);

/// The file that it executes.
std::optional<std::filesystem::path> program_path(int pid);

}  // namespace halo::bench
