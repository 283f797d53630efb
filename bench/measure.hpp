#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/cpu_affinity.hpp"
#include "bench/histogram/histogram.hpp"
#include "bench/interrupt.hpp"
#include "bench/results.hpp"
#include "bench/scenarios.hpp"
#include "reactor/event_loop.hpp"

namespace halo::bench {

struct RunSettings {
  std::filesystem::path programs;  ///< the folder of the servers
  Duration warm_up{};              ///< before each window, not counted
  Duration window{};
  std::optional<CorePair> cores;  ///< empty: not pinned
};

/// The command that starts `model` on a free port.
std::vector<std::string> server_command(const Model& model, const std::filesystem::path& programs);

/// Starts the server, loads it, measures, and stops it, whatever happens in between.
/// `latency`: where the answers of the window are added.
Run measure(EventLoop& loop, const Scenario& scenario, const Model& model,
            const RunSettings& settings, const Interrupt& interrupt, Histogram& latency);

}  // namespace halo::bench
