#pragma once

#include <optional>
#include <string>

namespace halo::bench {

/// What the processor calls itself: "AMD EPYC 7B13", "Apple M1". Empty: the system does not tell.
std::optional<std::string> cpu_model();

}  // namespace halo::bench
