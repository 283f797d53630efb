#include "bench/plan.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "servers/command_line.hpp"

namespace halo::bench {
namespace {

// For what a process has open beside its connections: libraries, pollers, pipes, listeners.
constexpr std::size_t kDescriptorsBeside = 64;

bool is_asked_for(const Scenario& scenario, const PlanRequest& request) {
  const auto matches = [&scenario](const std::string& wanted) {
    return wanted == scenario.family || wanted == scenario.name();
  };
  return std::any_of(request.scenarios.begin(), request.scenarios.end(), matches);
}

void check_names(const std::vector<Scenario>& table, const PlanRequest& request) {
  for (const std::string& wanted : request.scenarios) {
    const bool known = std::any_of(table.begin(), table.end(), [&wanted](const Scenario& scenario) {
      return wanted == scenario.family || wanted == scenario.name();
    });
    if (!known) {
      throw command_line::UsageError(fmt::format("there is no scenario '{}'", wanted),
                                     "--list shows all; --connections and --depth make others");
    }
  }
}

/// Whose models and measures stand for a family's: 64 connections, where they are among `chosen`.
const Scenario& example_of(const std::string& family, const std::vector<Scenario>& chosen) {
  const Scenario* example = nullptr;
  for (const Scenario& one : chosen) {
    if (one.family == family && (example == nullptr || (one.connections == 64 && one.depth == 1))) {
      example = &one;
    }
  }
  return *example;
}

/// The scenarios of `chosen` with other numbers: one of each family for each pair of them.
std::vector<Scenario> with_numbers(const std::vector<Scenario>& chosen,
                                   const PlanRequest& request) {
  std::vector<Scenario> result;
  std::vector<std::string> families_done;
  for (const Scenario& first : chosen) {
    if (std::find(families_done.begin(), families_done.end(), first.family) !=
        families_done.end()) {
      continue;
    }
    families_done.push_back(first.family);
    const Scenario& one = example_of(first.family, chosen);
    const auto connections = request.connections.empty() ? std::vector<std::size_t>{one.connections}
                                                         : request.connections;
    const auto depths =
        request.depths.empty() ? std::vector<std::size_t>{one.depth} : request.depths;
    for (const std::size_t depth : depths) {
      if (one.churn && depth != 1) {
        throw command_line::UsageError("a churn asks one question on each connection",
                                       "leave out --depth, or the churn");
      }
      for (const std::size_t count : connections) {
        Scenario scenario = one;
        scenario.connections = count;
        scenario.depth = depth;
        result.push_back(std::move(scenario));
      }
    }
  }
  return result;
}

bool is_in_run(const Scenario& scenario, bool quick) {
  return quick ? scenario.included == Included::kInQuick : scenario.included != Included::kByName;
}

std::vector<Scenario> choose(const PlanRequest& request) {
  const std::vector<Scenario> table = all_scenarios();
  check_names(table, request);
  const bool numbers = !request.connections.empty() || !request.depths.empty();
  std::vector<Scenario> chosen;
  for (const Scenario& scenario : table) {
    const bool named = !request.scenarios.empty();
    // Numbers without a name mean the closed loop, 64 connections where only the depth is given.
    const bool by_numbers = scenario.family == "closed" && scenario.connections == 64;
    const bool wanted = named     ? is_asked_for(scenario, request)
                        : numbers ? by_numbers
                                  : is_in_run(scenario, request.quick);
    if (wanted) {
      chosen.push_back(scenario);
    }
  }
  return numbers ? with_numbers(chosen, request) : chosen;
}

}  // namespace

Plan make_plan(const PlanRequest& request, std::size_t descriptors_max) {
  const std::size_t room =
      descriptors_max > kDescriptorsBeside ? descriptors_max - kDescriptorsBeside : 0;
  Plan plan;
  std::vector<Scenario> scenarios = choose(request);
  add_models(scenarios, request.further);
  for (Scenario& scenario : scenarios) {
    const std::size_t needed = scenario.connections + scenario.idle_connections;
    if (needed <= room) {
      scenario.apart = needed * scenario.models.size() > room;
      plan.scenarios.push_back(std::move(scenario));
      continue;
    }
    plan.falls_short =
        plan.falls_short || !request.connections.empty() || !request.scenarios.empty();
    plan.left_out.push_back(
        {scenario.name(),
         fmt::format("{} connections need {} descriptors on each side, {} is the limit. Fix: "
                     "ulimit -n {} (as root where the hard limit is lower), or --connections {}",
                     needed, needed + kDescriptorsBeside, descriptors_max,
                     needed + kDescriptorsBeside,
                     room > scenario.idle_connections ? room - scenario.idle_connections : 1)});
  }
  return plan;
}

std::size_t descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return SIZE_MAX;
  }
  return static_cast<std::size_t>(limit.rlim_cur);
}

}  // namespace halo::bench
