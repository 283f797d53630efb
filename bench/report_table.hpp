#pragma once

#include <string>

#include "bench/machine.hpp"
#include "bench/results.hpp"
#include "bench/runner.hpp"

namespace halo::bench {

/// For people, on 120 columns: the machine, a table and a verdict for each scenario, what is
/// missing.
std::string table_report(const Results& results, const RunnerSettings& settings,
                         const Machine& machine);

}  // namespace halo::bench
