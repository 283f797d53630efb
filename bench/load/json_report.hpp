#pragma once

#include <string>
#include <vector>

#include "bench/load/crew.hpp"
#include "bench/load/tallies.hpp"
#include "bench/load/threshold.hpp"

namespace halo::bench::load {

/// Every figure as JSON. Times are in microseconds, and each says whether it is response or service
/// time. `command`: as it was started.
std::string json_report(const LoadPlan& plan, const Tallies& tallies,
                        const std::vector<Threshold>& thresholds,
                        const std::vector<std::string>& command);

/// The first line of a CSV file, and one for each second.
std::string csv_header();
std::string csv_line(const Interval& interval);

}  // namespace halo::bench::load
