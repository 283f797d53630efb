#pragma once

#include <optional>

#include "reactor/time.hpp"

namespace halo::bench {

/// CPU time of all cores since the machine was started.
struct MachineTimes {
  Duration busy{};    ///< of processes and the kernel on their behalf, not of interrupts
  Duration stolen{};  ///< taken by the host of a virtual machine
};

/// Empty: the system does not tell. As fine as its ticks, usually 10 ms. *See:* proc_stat(5).
std::optional<MachineTimes> machine_times();

}  // namespace halo::bench
