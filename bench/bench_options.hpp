#pragma once

#include <optional>
#include <string>
#include <variant>

#include "bench/plan.hpp"
#include "bench/report/report_files.hpp"
#include "reactor/time.hpp"

namespace halo::bench {

/// hello-bench's command line. Empty: as --quick or its absence has it.
struct BenchOptions {
  PlanRequest plan;
  bool list = false;
  bool peers = false;  ///< the hello servers on other frameworks, too
  std::optional<std::size_t> rounds;
  std::optional<Duration> window;
  std::optional<bool> pin;
  std::string json_path;
  ReportFiles reports;
};

/// The options, or the code to exit with at once; what there was to say has been said then.
std::variant<BenchOptions, int> parse_options(int argc, const char* const* argv);

}  // namespace halo::bench
