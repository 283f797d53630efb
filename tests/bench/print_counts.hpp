#pragma once

#include <ostream>

#include "bench/datagram_counts.hpp"

namespace halo::bench {

/// What googletest prints when two differ.
inline void PrintTo(const DatagramCounts& counts, std::ostream* out) {
  *out << "asked " << counts.asked << ", answered " << counts.answered << ", lost " << counts.lost
       << ", late " << counts.late << ", duplicated " << counts.duplicated << ", reordered "
       << counts.reordered << ", wrong " << counts.wrong;
}

}  // namespace halo::bench
