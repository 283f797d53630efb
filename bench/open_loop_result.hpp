#pragma once

#include <cstdint>
#include <vector>

#include "bench/histogram/histogram.hpp"
#include "reactor/time.hpp"

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
  Duration length{};   ///< of all windows together
  /// The response times' 99th percentile in each window: one pause of the machine spoils that of
  /// one window, and the histogram of all.
  std::vector<Duration> p99s{};

  /// Another window at the same rate.
  void merge(const OpenLoopResult& other) {
    const double mine = std::chrono::duration<double>(length).count();
    const double theirs = std::chrono::duration<double>(other.length).count();
    if (mine + theirs > 0) {
      rate_reached = (rate_reached * mine + other.rate_reached * theirs) / (mine + theirs);
    }
    rate_asked = other.rate_asked;
    missed += other.missed;
    response.merge(other.response);
    service.merge(other.service);
    length += other.length;
    p99s.insert(p99s.end(), other.p99s.begin(), other.p99s.end());
  }
};

}  // namespace halo::bench
