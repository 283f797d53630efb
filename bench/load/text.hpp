#pragma once

#include <cstdint>
#include <string>

#include "bench/load/tallies.hpp"
#include "reactor/time.hpp"

namespace halo::bench::load {

/// With three digits and the unit that fits: "870 ns", "12.3 us", "5.00 ms", "1.02 s".
std::string time_text(Duration time);

/// With commas: "1,234,567".
std::string count_text(std::uint64_t count);

/// Right answers a second; zero for a window of no length.
double answers_per_s(const Tallies& tallies) noexcept;

}  // namespace halo::bench::load
