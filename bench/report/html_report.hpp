#pragma once

#include <string>
#include <vector>

#include "bench/machine.hpp"
#include "bench/results.hpp"
#include "bench/runner.hpp"

namespace halo::bench {

/// For people, in a browser: the answers first, then charts with their tables, then what it was
/// measured on. One file that loads nothing else; it works from a disk, on paper and without its
/// script.
std::string html_report(const Results& results, const RunnerSettings& settings,
                        const Machine& machine, const std::vector<std::string>& command);

}  // namespace halo::bench
