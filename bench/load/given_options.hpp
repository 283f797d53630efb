#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/load/line_dialogue.hpp"
#include "bench/load/load_options.hpp"

namespace halo::bench::load {

/// Options of hello-load that depend on each other: they are worked out when all are known. Empty:
/// not given.
struct Given {
  std::optional<std::string> send, until, welcome, payload, expect, body;
  std::optional<Match> match;
  std::vector<std::string> headers;
  std::string method;
  std::vector<std::string> thresholds;
  std::string search;
};

/// Completes `options`, whose protocol, target and numbers are there. Throws
/// command_line::UsageError where they cannot be what the user wants.
void settle(HelloLoadOptions& options, const Given& given);

}  // namespace halo::bench::load
