#pragma once

#include <cstdint>
#include <string>

namespace halo::bench::report {

/// What a number on a chart counts.
enum class Unit : std::uint8_t {
  kCount,         ///< connections, threads
  kPerSecond,     ///< requests, context switches
  kMicroseconds,  ///< a latency, CPU time
  kBytes,
  kCores,  ///< how many are busy
  kRatio,  ///< to another model
  kSeconds,
  kShare,  ///< 0 to 1, shown in percent
};

/// Three digits and the unit, the larger one where it fits: "84.2k/s", "1.31 ms", "12.0 MiB",
/// "0.71x". What is no number is "n/a".
std::string format_value(double value, Unit unit);

/// The same, as short as it gets: "100k", "1 ms", "16 MiB", "0.5".
std::string tick_label(double value, Unit unit);

/// By how much a number of this unit is divided when it is as large as `value`: 1024 for a few KiB.
double divisor_for(double value, Unit unit);

}  // namespace halo::bench::report
