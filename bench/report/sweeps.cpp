#include "bench/report/sweeps.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "bench/report/comparison.hpp"
#include "bench/report/model_styles.hpp"
#include "bench/verdict.hpp"

namespace halo::bench::report {
namespace {

/// What the scenarios of a sweep have in common.
struct Kind {
  std::string title;
  std::string x_name;
  double x = 0;
};

Kind kind_of(const Scenario& scenario) {
  if (scenario.datagrams) {
    return {fmt::format("{}, {} sockets", scenario.family, scenario.connections),
            "datagrams in the window", static_cast<double>(scenario.depth)};
  }
  const std::string depth =
      scenario.depth > 1 ? fmt::format(", depth {}", scenario.depth) : std::string();
  if (scenario.idle_connections > 0) {
    return {fmt::format("{}, {} active{}", scenario.family, scenario.connections, depth),
            "idle connections", static_cast<double>(scenario.idle_connections)};
  }
  return {scenario.family + depth, "connections", static_cast<double>(scenario.connections)};
}

bool fits(const Sweep& sweep, const Kind& kind) {
  return sweep.title == kind.title && sweep.x_name == kind.x_name &&
         std::none_of(sweep.loads.begin(), sweep.loads.end(),
                      [&kind](const Sweep::Load& load) { return load.x == kind.x; });
}

std::string list_of(const std::vector<double>& values) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view between = i == 0 ? "" : i + 1 == values.size() ? " and " : ", ";
    text += fmt::format("{}{}", between, tick_label(values[i], Unit::kCount));
  }
  return text;
}

/// "1 connection", "1 and 8 connections"
std::string loads_of(const std::vector<double>& values, std::string x_name) {
  const std::size_t plural =
      x_name.find("s ") == std::string::npos ? x_name.size() - 1 : x_name.find("s ");
  if (values.size() == 1 && values.front() == 1) {
    x_name.erase(plural, 1);
  }
  return fmt::format("{} {}", list_of(values), x_name);
}

/// Where the lead goes over, from the last load that speaks for one to the first for the other.
std::string crossing(const Sweep& sweep, const std::vector<Standing>& standings) {
  double last_x = 0;
  Standing last = Standing::kUnknown;
  for (std::size_t i = 0; i < standings.size(); ++i) {
    if (standings[i] != Standing::kOpponent && standings[i] != Standing::kContender) {
      continue;
    }
    if (last != Standing::kUnknown && last != standings[i]) {
      return fmt::format(" The lead changes between {}.",
                         loads_of({last_x, sweep.loads[i].x}, sweep.x_name));
    }
    last = standings[i];
    last_x = sweep.loads[i].x;
  }
  return "";
}

}  // namespace

std::vector<Sweep> sweeps_of(const Results& results) {
  std::vector<Sweep> sweeps;
  for (const ScenarioResult& result : results.scenarios) {
    const Kind kind = kind_of(result.scenario);
    auto sweep = std::find_if(sweeps.begin(), sweeps.end(),
                              [&kind](const Sweep& one) { return fits(one, kind); });
    if (sweep == sweeps.end()) {
      sweeps.push_back({kind.title, kind.x_name, {}});
      sweep = std::prev(sweeps.end());
    }
    sweep->loads.push_back({kind.x, &result});
  }
  for (Sweep& sweep : sweeps) {
    std::sort(sweep.loads.begin(), sweep.loads.end(),
              [](const Sweep::Load& a, const Sweep::Load& b) { return a.x < b.x; });
    if (!sweep.is_curve()) {
      sweep.title = sweep.loads.front().result->scenario.name();
    }
  }
  return sweeps;
}

std::vector<std::string> models_of(const Sweep& sweep) {
  std::vector<std::string> names;
  for (const Sweep::Load& load : sweep.loads) {
    for (const ModelResult& model : load.result->models) {
      if (std::find(names.begin(), names.end(), model.model.name) == names.end()) {
        names.push_back(model.model.name);
      }
    }
  }
  return names;
}

std::string where_threads_win(const Sweep& sweep, Figure figure, bool more_is_better) {
  std::vector<Standing> standings;
  std::vector<double> wins, ties, losses, unknown;
  std::vector<std::string> ahead;  // of the opponent
  for (const Sweep::Load& load : sweep.loads) {
    const Winner best = winner(*load.result, figure, more_is_better);
    standings.push_back(best.standing);
    std::vector<double>& where = best.standing == Standing::kOpponent    ? wins
                                 : best.standing == Standing::kTie       ? ties
                                 : best.standing == Standing::kContender ? losses
                                                                         : unknown;
    where.push_back(load.x);
    if (best.standing == Standing::kContender &&
        std::find(ahead.begin(), ahead.end(), best.contender) == ahead.end()) {
      ahead.push_back(best.contender);
    }
  }
  const ScenarioResult& first = *sweep.loads.front().result;
  const std::string& opponent = first.scenario.opponent;
  if (is_ceiling(opponent) || find_model(first, opponent) == nullptr) {
    return "Threads were not measured under this load.";
  }
  if (unknown.size() == sweep.loads.size()) {
    return fmt::format("Where {} {}: not known, it takes {} rounds of both sides.", opponent,
                       opponent == kThreads ? "win" : "wins", kRoundsForVerdict);
  }
  const auto at = [&sweep](const std::vector<double>& values) {
    return sweep.is_curve() ? "at " + loads_of(values, sweep.x_name) : std::string("here");
  };
  std::string text =
      fmt::format("Where {} {}: {}.", opponent, opponent == kThreads ? "win" : "wins",
                  wins.empty() ? "nowhere in this chart" : at(wins));
  if (!ties.empty()) {
    text += fmt::format(" No difference shown {}.", at(ties));
  }
  if (!losses.empty()) {
    text += fmt::format(" Ahead {}: {}.", at(losses), fmt::join(ahead, ", "));
  }
  if (!unknown.empty()) {
    text += fmt::format(" Not comparable {}.", at(unknown));
  }
  return text + crossing(sweep, standings);
}

}  // namespace halo::bench::report
