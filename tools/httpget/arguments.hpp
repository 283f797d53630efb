#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace halo::httpget {

/// A command line, as main gets one. *Lifetime:* the pointers are into `texts`.
struct Arguments {
  std::vector<std::string> texts;
  std::vector<const char*> pointers;
};

/// The arguments with each URL that is nothing but an address in brackets, "[::1]", written as
/// "[::1]/", which means the same: CLI11 would take it for a list of values and drop its brackets.
/// `app` tells what is a URL and what an option's value.
Arguments keep_brackets(const CLI::App& app, int argc, const char* const* argv);

}  // namespace halo::httpget
