#include "bench/machine_times.hpp"

namespace halo::bench {

std::optional<MachineTimes> machine_times() { return std::nullopt; }

}  // namespace halo::bench
