#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/crew.hpp"
#include "bench/load/tallies.hpp"
#include "reactor/time.hpp"

namespace halo::bench::load {

/// A bound that a load must keep: "p99<5ms", "errors<0.1%", "rate>9000". A value.
struct Threshold {
  enum class Subject : std::uint8_t {
    kPercentile,  ///< of response time, in a closed loop of service time
    kErrors,      ///< failed ones of all that were due, in percent or as a number
    kMissed,      ///< the same of the missed ones
    kRate,        ///< right answers a second
  };

  std::string text;  ///< as it was given
  Subject subject = Subject::kPercentile;
  double percent = 0;  ///< of kPercentile: 99.9; 100 is the longest
  bool below = true;   ///< '<', else '>'
  bool share = false;  ///< of kErrors, kMissed: in percent
  double bound = 0;    ///< nanoseconds, questions, percent, or answers a second
};

/// Reads `text`: p50, p99.9, max, errors, missed or rate, then < or >, then a duration, a number or
/// a number with %. Nothing: it is none.
std::optional<Threshold> parse_threshold(std::string_view text);

/// Whether the load has kept it.
bool holds(const Threshold& threshold, const LoadPlan& plan, const Tallies& tallies);

/// What it was instead: "p99 was 7.1 ms".
std::string found_instead(const Threshold& threshold, const LoadPlan& plan, const Tallies& tallies);

/// The time that `percent` of all questions that were due do not exceed, with those that have no
/// right answer, missed ones included, counted as slower than all others: a server does not get
/// better by not answering. Empty: it lies among these.
std::optional<Duration> percentile_of_due(const LoadPlan& plan, const Tallies& tallies,
                                          double percent);

}  // namespace halo::bench::load
