#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/further_models.hpp"
#include "bench/scenarios.hpp"

namespace halo::bench {

/// Which scenarios somebody asked for. Everything empty: the full run, or the quick one.
struct PlanRequest {
  bool quick = false;
  std::vector<std::string> scenarios;    ///< names or families
  std::vector<std::size_t> connections;  ///< in place of those of the table
  std::vector<std::size_t> depths;       ///< in place of those of the table
  std::vector<FurtherModel> further;     ///< beside the table's
};

/// A scenario that is not run, and why, with what would change it.
struct LeftOut {
  std::string scenario;
  std::string reason;
};

struct Plan {
  std::vector<Scenario> scenarios;
  std::vector<LeftOut> left_out;
  bool falls_short = false;  ///< something that was asked for by number is left out
};

/// `descriptors_max`: what one process may open, on either side of the connections.
/// Throws command_line::UsageError for what does not exist or makes no sense.
Plan make_plan(const PlanRequest& request, std::size_t descriptors_max);

/// Descriptors that this process may open now; children inherit it.
std::size_t descriptor_limit();

}  // namespace halo::bench
