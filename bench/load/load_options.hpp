#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "bench/load/crew.hpp"
#include "bench/load/option_values.hpp"
#include "bench/load/threshold.hpp"

namespace halo::bench::load {

/// hello-load's exit codes, beside 128 and the number of a signal.
enum ExitCode : int {
  kOk = 0,
  kThresholdMissed = 1,
  kUsage = 2,
  kLoadNotReached = 3,  ///< fewer connections or a lower rate than asked
  kTargetFailed = 4,    ///< not reached, or answers were wrong or missing
  kEnvironment = 5,     ///< this machine cannot do it, or a report could not be written
};

/// hello-load's command line.
struct HelloLoadOptions {
  LoadPlan plan;       ///< but for the server's address, which is still to be looked up
  std::string target;  ///< as it was given
  HostAndPort server;  ///< to look up; without a host: the plan's server is a Unix path
  std::vector<Threshold> thresholds;
  std::optional<Threshold> search;
  std::string json_path;
  std::string csv_path;
  std::string hlog_path;
};

/// The options, or the code to exit with at once; what there was to say has been said then.
std::variant<HelloLoadOptions, int> parse_options(int argc, const char* const* argv);

}  // namespace halo::bench::load
