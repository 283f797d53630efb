#include "bench/scenarios.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "bench/models.hpp"

namespace halo::bench {
namespace {

constexpr bool kHttpBuilt = HALO_BENCH_HAS_HTTP;

struct Row {
  const char* family;
  std::size_t connections, depth, idle_connections;
  Included included;
  unsigned extras = 0;
};

using enum Included;
constexpr unsigned kPollers = 1;   // each poller of the system has its model
constexpr unsigned kOpenLoop = 2;  // each round ends with one

// The one table of scenarios.
constexpr std::array kRows = {
    Row{"closed", 1, 1, 0, kInQuick},
    Row{"closed", 8, 1, 0, kInFull},
    Row{"closed", 64, 1, 0, kInQuick, kPollers | kOpenLoop},
    Row{"closed", 512, 1, 0, kInFull, kOpenLoop},
    Row{"closed", 4096, 1, 0, kInQuick},
    Row{"closed", 10'000, 1, 0, kInFull},
    Row{"closed", 1, 16, 0, kInFull},
    Row{"closed", 8, 16, 0, kInFull},
    Row{"closed", 64, 16, 0, kInQuick},
    Row{"closed", 512, 16, 0, kInFull},
    Row{"closed", 4096, 16, 0, kByName},
    Row{"closed", 10'000, 16, 0, kByName},
    // So many that those of four models fit side by side into 20,000 descriptors.
    Row{"idle", 64, 1, 4000, kInQuick, kPollers | kOpenLoop},
    Row{"sleep", 64, 1, 0, kInQuick, kOpenLoop},
    Row{"pool", 64, 1, 0, kInQuick},
    Row{"churn", 64, 1, 0, kInQuick},
    Row{"http", 64, 1, 0, kInQuick},
    Row{"http", 64, 16, 0, kInQuick},
    Row{"http", 1000, 1, 0, kInFull},
    Row{"udp", 8, 1, 0, kInFull},
    Row{"udp", 8, 32, 0, kInFull},
    Row{"udp", 8, 256, 0, kInQuick},
};

struct Purpose {
  std::string_view family, text;
};
constexpr std::array kPurposes = {
    Purpose{"closed", "each connection asks again when it was answered, CONNECTIONSxDEPTH"},
    Purpose{"idle", "some connections ask while many others only stay, ACTIVE+IDLE"},
    Purpose{"sleep", "each answer waits 10 ms for something else: threads, a timer, a fixed pool"},
    Purpose{"pool",
            "connect, one question whose answer waits 10 ms, close: a fixed pool of threads"},
    Purpose{"churn", "connect, one question, close: what a connection costs"},
    Purpose{"http",
            "requests over kept connections, CONNECTIONSxDEPTH; a depth above 1 is pipelined"},
    Purpose{"udp",
            "datagrams, WINDOW/SOCKETS: WINDOW questions outstanding in all, over the sockets in "
            "turn;\n  lost, late, duplicated and reordered answers are counted apart"},
};

Scenario scenario_of(const Row& row) {
  Scenario scenario;
  scenario.family = row.family;
  scenario.connections = row.connections;
  scenario.depth = row.depth;
  scenario.idle_connections = row.idle_connections;
  scenario.included = row.included;
  scenario.open_loop = (row.extras & kOpenLoop) != 0;
  scenario.churn = scenario.family == "churn" || scenario.family == "pool";
  scenario.datagrams = scenario.family == "udp";
  scenario.http = scenario.family == "http";
  scenario.waits = scenario.family == "sleep" || scenario.family == "pool";
  if (scenario.datagrams) {
    scenario.models = datagram_models();
    scenario.baseline = kPlainUdp;
    scenario.opponent = kPlainUdp;
    return scenario;
  }
  if (scenario.http) {
    scenario.models = http_models();
    scenario.baseline = scenario.models.back().name;
    scenario.opponent = scenario.baseline;
    return scenario;
  }
  scenario.models = scenario.family == "pool" ? pool_models()
                    : scenario.waits          ? waiting_models()
                                     : line_models((row.extras & kPollers) != 0, scenario.churn);
  scenario.baseline = scenario.waits || !has_ceiling() ? kThreads : kCeiling;
  return scenario;
}

}  // namespace

std::string Scenario::name() const {
  if (datagrams) {
    return fmt::format("{}-{}/{}", family, depth, connections);
  }
  std::string name = fmt::format("{}-{}", family, connections);
  if (family == "closed" || http || depth > 1) {
    name += fmt::format("x{}", depth);
  }
  if (idle_connections > 0) {
    name += fmt::format("+{}", idle_connections);
  }
  return name;
}

std::string Scenario::title() const {
  if (datagrams) {
    return fmt::format("a window of {} datagram{} in all, over {} socket{}", depth,
                       depth == 1 ? "" : "s", connections, connections == 1 ? "" : "s");
  }
  std::string title = fmt::format("{} connection{}", connections, connections == 1 ? "" : "s");
  if (depth > 1) {
    title += fmt::format(", {} {} of each under way", depth, http ? "requests" : "questions");
  }
  if (idle_connections > 0) {
    title += fmt::format(", among {} idle ones", idle_connections);
  }
  if (churn) {
    title += " at a time: connect, one question, close";
  }
  if (waits) {
    title += churn ? "; each answer waits 10 ms" : ", each answer waits 10 ms";
  }
  return title;
}

std::vector<Scenario> all_scenarios() {
  std::vector<Scenario> scenarios;
  scenarios.reserve(kRows.size());
  for (const Row& row : kRows) {
    Scenario scenario = scenario_of(row);
    if (kHttpBuilt || !scenario.http) {
      scenarios.push_back(std::move(scenario));
    }
  }
  return scenarios;
}

std::string_view purpose_of(std::string_view family) {
  for (const Purpose& purpose : kPurposes) {
    if (purpose.family == family) {
      return purpose.text;
    }
  }
  return "";
}

}  // namespace halo::bench
