#include <array>

#include "reactor/error.hpp"
#include "reactor/poller/backends.hpp"

// CMake compiles the backends that the system has and says so by HALO_HAS_EPOLL and
// HALO_HAS_KQUEUE; poll(2) is everywhere. This is the only place that asks.

namespace halo {
namespace {

struct Backend {
  PollerKind kind;
  std::string_view name;
  Result<std::unique_ptr<Poller>> (*make)();
};

// The best first.
constexpr Backend kBackends[] = {
#if defined(HALO_HAS_EPOLL)
    {PollerKind::kEpoll, "epoll", &make_epoll_poller},
#endif
#if defined(HALO_HAS_KQUEUE)
    {PollerKind::kKqueue, "kqueue", &make_kqueue_poller},
#endif
    {PollerKind::kPoll, "poll", &make_poll_poller},
};

constexpr auto kAvailable = [] {
  std::array<PollerKind, std::size(kBackends)> kinds{};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    kinds[i] = kBackends[i].kind;
  }
  return kinds;
}();

}  // namespace

Result<PollerKind> parse_poller_kind(std::string_view name) noexcept {
  if (name == "best") {
    return PollerKind::kBest;
  }
  for (const Backend& backend : kBackends) {
    if (backend.name == name) {
      return backend.kind;
    }
  }
  return Errc::kPollerUnavailable;
}

std::span<const PollerKind> available_pollers() noexcept { return kAvailable; }

Result<std::unique_ptr<Poller>> make_poller(PollerKind kind) {
  for (const Backend& backend : kBackends) {
    if (kind == PollerKind::kBest || kind == backend.kind) {
      return backend.make();
    }
  }
  return Errc::kPollerUnavailable;
}

}  // namespace halo
