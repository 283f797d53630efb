#pragma once

#include <string>
#include <vector>

#include "bench/machine.hpp"
#include "bench/results.hpp"
#include "bench/runner.hpp"

namespace halo::bench {

/// For programs: everything that was measured, each round and the medians, with the machine, the
/// build and the command. A figure that is not known is null.
std::string json_report(const Results& results, const RunnerSettings& settings,
                        const Machine& machine, const std::vector<std::string>& command);

}  // namespace halo::bench
