#pragma once

#include <string_view>

#include "bench/figures.hpp"

namespace halo::bench {

/// Whose CPU was the limit: "server", "client", "both", "neither", or "n/a" where it is not known.
/// `pinned`: each side has one core; else they share all of them.
std::string_view find_bottleneck(const Figures& figures, bool pinned);

}  // namespace halo::bench
