#pragma once

#include <string>
#include <vector>

#include "bench/results.hpp"

namespace halo::bench {

/// Whether these, once they are run, have a summary picture: some differ in their number of
/// connections alone.
bool have_summary_picture(const std::vector<Scenario>& scenarios);

/// Throughput and memory against connections, side by side in one SVG with its command and commit:
/// for a README, in light and dark. Of the sweep with the most loads. Empty: no scenario was run
/// with several numbers of connections.
std::string summary_picture(const Results& results, const std::vector<std::string>& command);

}  // namespace halo::bench
