#pragma once

#include <string>

#include "bench/results.hpp"

namespace halo::bench {

/// Rounds below which the interval of a ratio is too wide to call a winner.
inline constexpr std::size_t kRoundsForVerdict = 3;

/// One sentence on who is better in what, from the ratios of paired rounds: each model against the
/// scenario's opponent, and against the ceiling. Each ratio has its interval of 95 % confidence;
/// one with 1 inside shows no difference, and the sentence says so.
std::string verdict(const ScenarioResult& result);

}  // namespace halo::bench
