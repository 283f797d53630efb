#pragma once

#include <optional>
#include <system_error>

namespace halo::bench {

/// Where the two sides of a measurement run: the servers on one core, the load on another.
struct CorePair {
  int server = 0;
  int load = 0;
};

/// Two cores that this process may use, not two threads of one core where that can be had. Empty:
/// it has only one, or the system cannot pin.
std::optional<CorePair> choose_cores();

/// Binds the calling thread, and whatever it starts from now on, to one core.
/// Fails with the system's word. Safe between fork and exec.
[[nodiscard]] std::error_code pin_to_core(int core) noexcept;

}  // namespace halo::bench
