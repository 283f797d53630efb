#pragma once

#include <string>

#include "bench/results.hpp"

namespace halo::bench {

/// Rounds below which the spread of a ratio says too little to call a winner.
inline constexpr std::size_t kRoundsForVerdict = 3;

/// One sentence on who is better in what, from the ratios of paired rounds: each model against the
/// scenario's opponent, and the reactor against the ceiling. Where the ratios of the rounds lie on
/// both sides of 1 it says that there is no clear difference.
std::string verdict(const ScenarioResult& result);

}  // namespace halo::bench
