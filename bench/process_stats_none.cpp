// Systems that are not asked for it, such as FreeBSD: a report says "n/a" where these figures would
// stand.

#include "bench/process_stats.hpp"

namespace halo::bench {

std::optional<Duration> cpu_time(int /*pid*/) { return std::nullopt; }
std::optional<Duration> own_cpu_time() { return std::nullopt; }
std::optional<std::uint64_t> resident_bytes(int /*pid*/) { return std::nullopt; }
std::optional<std::uint64_t> resident_bytes_about(int /*pid*/) { return std::nullopt; }
std::optional<std::size_t> thread_count(int /*pid*/) { return std::nullopt; }
std::optional<std::uint64_t> context_switches(int /*pid*/) { return std::nullopt; }
std::optional<std::filesystem::path> program_path(int /*pid*/) { return std::nullopt; }

}  // namespace halo::bench
