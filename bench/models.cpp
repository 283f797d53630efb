#include "bench/models.hpp"

#include <string>
#include <utility>

#include "servers/server_options.hpp"

namespace halo::bench {
namespace {

// A system without epoll has no such ceiling.
constexpr bool kCeilingBuilt = HALO_BENCH_HAS_CEILING;

const std::vector<std::string> kWait{"--work", "sleep:10ms"};

std::vector<std::string> after(std::vector<std::string> arguments,
                               const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

Model fixed_pool(std::vector<std::string> arguments) {
  return {"threads-pool", "hello-threaded", after(std::move(arguments), {"--threads", "16"})};
}

/// Without the best one, which the reactor takes by itself.
std::vector<std::string> other_pollers() {
  std::vector<std::string> words;
  for (const auto& [word, kind] : poller_words()) {
    words.push_back(word);
  }
  // "best" itself, and then the best one.
  words.erase(words.begin(), words.begin() + 2);
  return words;
}

}  // namespace

bool has_ceiling() noexcept { return kCeilingBuilt; }

std::vector<Model> line_models(bool pollers, bool short_connections) {
  std::vector<Model> models{{std::string(kThreads), "hello-threaded"}};
  if (short_connections) {
    models.push_back(fixed_pool({}));
  }
  models.push_back({"reactor", "hello-tcp", {"--loops", "1"}});
  for (const std::string& poller : pollers ? other_pollers() : std::vector<std::string>{}) {
    models.push_back({"reactor-" + poller, "hello-tcp", {"--loops", "1", "--poller", poller}});
  }
  if (kCeilingBuilt) {
    models.push_back({std::string(kCeiling), "hello-raw-epoll"});
  }
  return models;
}

std::vector<Model> waiting_models() {
  return {{std::string(kThreads), "hello-threaded", kWait},
          {"reactor+timer", "hello-tcp", after(kWait, {"--loops", "1", "--work-on", "timer"})},
          {"reactor+4-workers", "hello-tcp",
           after(kWait, {"--loops", "1", "--work-on", "workers", "--workers", "4"})}};
}

std::vector<Model> pool_models() {
  return {{std::string(kThreads), "hello-threaded", kWait},
          fixed_pool(kWait),
          {"reactor+timer", "hello-tcp", after(kWait, {"--loops", "1", "--work-on", "timer"})}};
}

std::vector<Model> http_models() {
  std::vector<Model> models{{"reactor", "hello-http", {"--loops", "1"}}};
  if (kCeilingBuilt) {
    models.push_back({std::string(kHttpCeiling), "hello-raw-epoll", {"--http"}});
  }
  return models;
}

std::vector<Model> datagram_models() {
  return {{std::string(kPlainUdp), "hello-plain-udp"},
          {"one-by-one", "hello-threaded", {"--udp"}},
          {"reactor", "hello-udp", {"--loops", "1"}},
          {"reactor-no-gso", "hello-udp", {"--loops", "1", "--gso", "off"}}};
}

}  // namespace halo::bench
