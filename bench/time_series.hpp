#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "reactor/time.hpp"

namespace halo::bench {

/// What one interval of a run looked like. Empty: not known on this system, or nothing was
/// answered.
struct Sample {
  Duration end{};  ///< of the interval, since the window's begin
  double requests_per_s = 0;
  std::optional<double> p50_us;
  std::optional<double> p99_us;
  std::optional<double> server_busy;     ///< cores
  std::optional<double> client_busy;     ///< cores
  std::optional<double> rss_bytes;       ///< of the server
  std::optional<double> threads;         ///< of the server
  std::optional<double> switches_per_s;  ///< of the server's context
};

/// A run in intervals of 100 ms, in the order of time.
using TimeSeries = std::vector<Sample>;

}  // namespace halo::bench
