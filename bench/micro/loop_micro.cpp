// What the loop itself adds to the kernel's work: an iteration with nothing to do, with a task, a
// timer, one ready descriptor, and a whole exchange over a connection.

#include <unistd.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>

#include <benchmark/benchmark.h>

#include "bench/micro/socket_pair.hpp"
#include "reactor/connection_table.hpp"
#include "reactor/event_loop.hpp"

namespace {

using halo::Connection;
using halo::ConnectionHandler;
using halo::ConnectionTable;
using halo::Duration;
using halo::EventLoop;

void EmptyIteration(benchmark::State& state) {
  auto loop = EventLoop::create().value();
  for (auto _ : state) {
    loop->run_once(Duration::zero());
  }
}
BENCHMARK(EmptyIteration);

void IterationWithTask(benchmark::State& state) {
  auto loop = EventLoop::create().value();
  std::size_t ran = 0;
  for (auto _ : state) {
    loop->post([&ran] { ++ran; });
    loop->run_once(Duration::zero());
  }
  benchmark::DoNotOptimize(ran);
}
BENCHMARK(IterationWithTask);

void IterationWithTimer(benchmark::State& state) {
  auto loop = EventLoop::create().value();
  std::size_t ran = 0;
  for (auto _ : state) {
    loop->run_after(Duration::zero(), [&ran] { ++ran; });
    loop->run_once(Duration::zero());
  }
  benchmark::DoNotOptimize(ran);
}
BENCHMARK(IterationWithTimer);

class Echo final : public ConnectionHandler {
 public:
  std::size_t on_data(Connection& connection, std::span<const std::byte> unread) override {
    connection.send(unread);
    return unread.size();
  }
};

/// 64 bytes in, 64 bytes out, through poller, loop and connection; the far end's two system calls
/// are part of the figure, as they are in RawExchange.
void ConnectionExchange(benchmark::State& state) {
  auto loop = EventLoop::create().value();
  ConnectionTable table(*loop);
  SocketPair pair;
  (void)table.adopt(std::move(pair.near), std::make_unique<Echo>()).value();
  std::array<std::byte, 64> message{};
  for (auto _ : state) {
    benchmark::DoNotOptimize(::send(pair.far.get(), message.data(), message.size(), 0));
    loop->run_once(std::nullopt);
    benchmark::DoNotOptimize(::recv(pair.far.get(), message.data(), message.size(), 0));
  }
}
BENCHMARK(ConnectionExchange);

/// The same bytes with nothing but the four system calls: what no reactor can go below.
void RawExchange(benchmark::State& state) {
  SocketPair pair;
  std::array<std::byte, 64> message{};
  for (auto _ : state) {
    benchmark::DoNotOptimize(::send(pair.far.get(), message.data(), message.size(), 0));
    benchmark::DoNotOptimize(::recv(pair.near.get(), message.data(), message.size(), 0));
    benchmark::DoNotOptimize(::send(pair.near.get(), message.data(), message.size(), 0));
    benchmark::DoNotOptimize(::recv(pair.far.get(), message.data(), message.size(), 0));
  }
}
BENCHMARK(RawExchange);

}  // namespace
