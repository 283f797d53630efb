#pragma once

#include <cstdint>

#include "bench/histogram/histogram.hpp"

namespace halo::bench {

/// What a load with a schedule of its own has measured: it asks at a fixed rate, whatever the
/// server does.
struct OpenLoopResult {
  double rate_asked = 0;    ///< questions a second
  double rate_reached = 0;  ///< answers a second
  std::uint64_t missed =
      0;               ///< questions whose time came, and which could not be sent before the end
  Histogram response;  ///< from the moment at which the schedule wanted the question sent
  Histogram service;   ///< from the moment at which it was sent
};

}  // namespace halo::bench
