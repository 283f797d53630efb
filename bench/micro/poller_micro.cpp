// What each poller charges: for a wait among many descriptors of which few are ready, and for a
// change of interest.

#include <unistd.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/micro/socket_pair.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/poller.hpp"

namespace {

using halo::Event;
using halo::Interest;
using halo::OwnedFd;
using halo::Poller;
using halo::PollerKind;
using halo::Token;

/// Socket pairs whose near ends are watched.
struct Watched {
  Watched(PollerKind kind, std::size_t count) : poller(halo::make_poller(kind).value()) {
    for (std::size_t i = 0; i < count; ++i) {
      SocketPair pair;
      if (!pair.near || poller->add(pair.near.get(), token(i), Interest::kReadable)) {
        return;  // out of descriptors: `complete` tells
      }
      near.push_back(std::move(pair.near));
      far.push_back(std::move(pair.far));
    }
    complete = true;
  }

  static Token token(std::size_t i) { return {static_cast<std::uint32_t>(i), 1}; }

  std::unique_ptr<Poller> poller;
  std::vector<OwnedFd> near;
  std::vector<OwnedFd> far;
  bool complete = false;
};

bool usable(benchmark::State& state, const Watched& watched) {
  if (!watched.complete) {
    state.SkipWithError("not enough descriptors: raise ulimit -n");
  }
  return watched.complete;
}

/// A wait that finds `ready` descriptors among `watched`, level-triggered and never read.
void Wait(benchmark::State& state, PollerKind kind) {
  Watched watched(kind, static_cast<std::size_t>(state.range(0)));
  if (!usable(state, watched)) {
    return;
  }
  const auto ready = static_cast<std::size_t>(state.range(1));
  const std::size_t step = watched.far.size() / ready;
  for (std::size_t i = 0; i < ready; ++i) {
    benchmark::DoNotOptimize(::write(watched.far[i * step].get(), "x", 1));
  }
  std::array<Event, 256> events;
  for (auto _ : state) {
    benchmark::DoNotOptimize(watched.poller->wait(events, halo::Duration::zero()));
  }
}

/// Watching for writability and back, as a connection does whose peer reads slowly.
void Modify(benchmark::State& state, PollerKind kind) {
  Watched watched(kind, static_cast<std::size_t>(state.range(0)));
  if (!usable(state, watched)) {
    return;
  }
  std::size_t next = 0;
  for (auto _ : state) {
    next = (next + 1) % watched.near.size();
    const int fd = watched.near[next].get();
    benchmark::DoNotOptimize(watched.poller->add(fd, Watched::token(next), Interest::kBoth));
    benchmark::DoNotOptimize(watched.poller->add(fd, Watched::token(next), Interest::kReadable));
  }
  state.SetItemsProcessed(2 * state.iterations());
}

/// A wake and the wait that it ends.
void Wake(benchmark::State& state, PollerKind kind) {
  Watched watched(kind, 1);
  std::array<Event, 4> events;
  for (auto _ : state) {
    watched.poller->wake();
    benchmark::DoNotOptimize(watched.poller->wait(events, std::nullopt));
  }
}

[[maybe_unused]] const bool registered = [] {
  for (const PollerKind kind : halo::available_pollers()) {
    const std::string name(halo::make_poller(kind).value()->name());
    benchmark::RegisterBenchmark(("Wait/" + name).c_str(), Wait, kind)
        ->ArgNames({"watched", "ready"})
        ->ArgsProduct({{64, 4096}, {1, 64}});
    benchmark::RegisterBenchmark(("Modify/" + name).c_str(), Modify, kind)->Arg(64)->Arg(4096);
    benchmark::RegisterBenchmark(("Wake/" + name).c_str(), Wake, kind);
  }
  return true;
}();

}  // namespace
