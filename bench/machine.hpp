#pragma once

#include <optional>
#include <string>

namespace halo::bench {

/// What the figures were measured on. A text is "unknown" where the system does not tell.
struct Machine {
  unsigned cores = 1;  ///< logical ones, that this process may use
  std::string cpu_model;
  std::string kernel;                  ///< "Linux 6.1.0-18-amd64 x86_64"
  std::string governor;                ///< of frequency scaling: "performance", "schedutil", ...
  std::optional<double> load_average;  ///< of the last minute, before the measurement
};

Machine this_machine();

}  // namespace halo::bench
