#include "bench/bottleneck.hpp"

#include <algorithm>
#include <thread>

namespace halo::bench {
namespace {

constexpr double kBusy = 0.9;  // of what a side has: then it is the one that the other waits for

}  // namespace

std::string_view find_bottleneck(const Figures& figures, bool pinned) {
  if (!figures.server_busy || !figures.client_busy) {
    return "n/a";
  }
  const double cores = std::max(1U, std::thread::hardware_concurrency());
  const double server_has = pinned ? 1.0 : std::min(figures.threads_peak.value_or(1.0), cores);
  const bool shared = !pinned && *figures.server_busy + *figures.client_busy >= kBusy * cores;
  const bool server = shared || *figures.server_busy >= kBusy * server_has;
  const bool client = shared || *figures.client_busy >= kBusy;
  return server && client ? "both" : server ? "server" : client ? "client" : "neither";
}

}  // namespace halo::bench
