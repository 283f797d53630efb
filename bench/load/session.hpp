#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/interrupt.hpp"
#include "bench/load/load_options.hpp"
#include "reactor/event_loop.hpp"

namespace halo::bench::load {

/// hello-load from its options to its exit code: looks up the server, looks at the machine, runs
/// the load or the search, and reports. `command`: as it was started. *Thread:* the loop's, outside
/// of it.
int run_session(EventLoop& loop, HelloLoadOptions options, const Interrupt& interrupt,
                const std::vector<std::string>& command);

}  // namespace halo::bench::load
