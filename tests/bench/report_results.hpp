#pragma once

#include <string>
#include <vector>

#include "bench/results.hpp"

namespace halo::bench {

/// How much made-up results have of everything.
struct ResultsSize {
  std::vector<std::size_t> connections{1, 8, 64, 512, 4096, 10'000};
  std::vector<std::string> models{"threads", "reactor", "raw-epoll"};
  std::size_t rounds = 5;
  std::size_t samples = 7;  ///< of each round
};

/// A measured round: `answers_per_s` and all other figures in proportion to it.
Run made_up_run(double answers_per_s, std::size_t connections, std::size_t samples);

/// A histogram of `count` latencies around `middle`, with a long tail.
Histogram made_up_latency(Duration middle, std::uint64_t count);

/// Closed loops of depth 1 and 16 over all connections: threads are ahead with few of them, the
/// reactor with many, and no two rounds are the same.
Results made_up_results(const ResultsSize& size);

/// The same with all that can be there and can be missing: datagrams with losses, an open loop, an
/// idle crowd, a model that failed, one whose figures are not known, a scenario that was left out,
/// and a model whose name is `name`.
Results made_up_results_with(const std::string& name);

}  // namespace halo::bench
