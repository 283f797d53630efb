// Systems without a call that binds a process to a core.

#include "bench/cpu_affinity.hpp"

namespace halo::bench {

std::optional<CorePair> choose_cores() { return std::nullopt; }

std::error_code pin_to_core(int /*core*/) noexcept {
  return std::make_error_code(std::errc::not_supported);
}

}  // namespace halo::bench
