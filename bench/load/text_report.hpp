#pragma once

#include <string>

#include "bench/load/crew.hpp"
#include "bench/load/tallies.hpp"

namespace halo::bench::load {

/// What the load was and what came of it, for people: it names which time is shown, adds up what
/// became of the questions, and says what to do about failures. `target`: as it was given.
std::string text_report(const LoadPlan& plan, const std::string& target, const Tallies& tallies);

/// Why the load was not as asked, for people; empty: it was.
std::string shortfall(const LoadPlan& plan, const Tallies& tallies);

}  // namespace halo::bench::load
