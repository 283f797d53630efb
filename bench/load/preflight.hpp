#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bench/load/crew.hpp"

namespace halo::bench::load {

/// What this machine can do, as far as a load depends on it. Empty: not known on this system.
struct Facilities {
  std::size_t descriptors = 0;       ///< that this process may have
  std::optional<std::size_t> ports;  ///< to connect from, of each source address
  std::size_t cores = 1;             ///< that this process may use
  std::optional<double> load_average;
};

Facilities this_machine_has();

/// What a look before the run has found.
struct Finding {
  bool prevents = false;  ///< the load cannot be; else it is only worth knowing
  std::string what, why, fix;
};

/// Looks at what the plan needs and whether it is there. Pure.
std::vector<Finding> examine(const LoadPlan& plan, const Facilities& machine);

/// Source addresses that this machine does not have.
std::vector<Finding> examine_sources(const LoadPlan& plan);

}  // namespace halo::bench::load
