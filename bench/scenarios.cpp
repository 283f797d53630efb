#include "bench/scenarios.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace halo::bench {
namespace {

// A system without epoll has no such ceiling.
constexpr bool kCeilingBuilt = HALO_BENCH_HAS_CEILING;
constexpr bool kHttpBuilt = HALO_BENCH_HAS_HTTP;

std::vector<Model> plain_models() {
  std::vector<Model> models{{std::string(kThreads), "hello-threaded", {}},
                            {"reactor", "hello-tcp", {"--loops", "1"}}};
  if (kCeilingBuilt) {
    models.push_back({std::string(kCeiling), "hello-raw-epoll", {}});
  }
  return models;
}

// Who waits 10 ms for each answer: a thread for each connection, a timer of the loop, or four
// threads for all.
std::vector<Model> waiting_models() {
  const std::vector<std::string> work{"--work", "sleep:10ms"};
  std::vector<Model> models{{std::string(kThreads), "hello-threaded", work},
                            {"reactor+timer", "hello-tcp", work},
                            {"reactor+4-workers", "hello-tcp", work}};
  for (const char* argument : {"--loops", "1", "--work-on", "timer"}) {
    models[1].arguments.emplace_back(argument);
  }
  for (const char* argument : {"--loops", "1", "--work-on", "workers", "--workers", "4"}) {
    models[2].arguments.emplace_back(argument);
  }
  return models;
}

// Each on one thread; the ceiling counts requests and does not read them.
std::vector<Model> http_models() {
  std::vector<Model> models{{"reactor", "hello-http", {"--loops", "1"}}};
  if (kCeilingBuilt) {
    models.push_back({std::string(kHttpCeiling), "hello-raw-epoll", {"--http"}});
  }
  return models;
}

// All on one thread: what judging costs, what a batch saves, and what of it is due to GSO and GRO.
std::vector<Model> datagram_models() {
  return {{std::string(kPlainUdp), "hello-plain-udp", {}},
          {"one-by-one", "hello-threaded", {"--udp"}},
          {"reactor", "hello-udp", {"--loops", "1"}},
          {"reactor-no-gso", "hello-udp", {"--loops", "1", "--gso", "off"}}};
}

struct Row {
  const char* family;
  std::size_t connections, depth, idle_connections;
  bool quick;
};

// The one table of scenarios.
constexpr std::array kRows = {
    Row{"closed", 1, 1, 0, true},      Row{"closed", 8, 1, 0, false},
    Row{"closed", 64, 1, 0, true},     Row{"closed", 512, 1, 0, false},
    Row{"closed", 4096, 1, 0, true},   Row{"closed", 10'000, 1, 0, false},
    Row{"closed", 1, 16, 0, false},    Row{"closed", 8, 16, 0, false},
    Row{"closed", 64, 16, 0, true},    Row{"closed", 512, 16, 0, false},
    Row{"closed", 4096, 16, 0, false}, Row{"closed", 10'000, 16, 0, false},
    Row{"idle", 64, 1, 5000, true},    Row{"sleep", 64, 1, 0, true},
    Row{"churn", 64, 1, 0, true},      Row{"http", 64, 1, 0, true},
    Row{"http", 64, 16, 0, true},      Row{"http", 1000, 1, 0, false},
    Row{"udp", 8, 1, 0, false},        Row{"udp", 8, 32, 0, false},
    Row{"udp", 8, 256, 0, true},
};

struct Purpose {
  std::string_view family, text;
};
constexpr std::array kPurposes = {
    Purpose{"closed", "each connection asks again when it was answered, CONNECTIONSxDEPTH"},
    Purpose{"idle", "some connections ask while many others only stay, ACTIVE+IDLE"},
    Purpose{"sleep", "each answer waits 10 ms for something else: threads, a timer, a fixed pool"},
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
  scenario.quick = row.quick;
  scenario.churn = scenario.family == "churn";
  scenario.datagrams = scenario.family == "udp";
  scenario.http = scenario.family == "http";
  const bool waits = scenario.family == "sleep";
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
  scenario.models = waits ? waiting_models() : plain_models();
  scenario.baseline = waits || !kCeilingBuilt ? kThreads : kCeiling;
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
  if (family == "sleep") {
    title += ", each answer waits 10 ms";
  }
  if (churn) {
    title += " at a time: connect, one question, close";
  }
  return title;
}

bool has_ceiling() noexcept { return kCeilingBuilt; }

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
