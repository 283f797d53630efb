#pragma once

#include <string>
#include <vector>

#include "bench/machine.hpp"
#include "bench/results.hpp"
#include "bench/runner.hpp"

namespace halo::bench {

/// To be pasted into an issue or a README: a table for each scenario with its answer, what is
/// missing, and what it was measured on.
std::string markdown_report(const Results& results, const RunnerSettings& settings,
                            const Machine& machine, const std::vector<std::string>& command);

}  // namespace halo::bench
