#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/scenarios.hpp"

namespace halo::bench {

/// What a server that is not ours speaks.
enum class Speaks : std::uint8_t { kLines, kHttp, kDatagrams };

/// A model beside those of the table.
struct FurtherModel {
  Speaks speaks = Speaks::kLines;
  Model model;
};

/// Anyone's own server, from "[tcp:|http:|udp:]NAME=COMMAND[@PORT]". Throws
/// command_line::UsageError for what has no such form.
FurtherModel parse_also(std::string_view text);

/// The hello servers on other frameworks, whether they are built or not.
struct Peer {
  std::string_view name, program, package;  ///< Debian's, that it is built with
};
const std::vector<Peer>& peers();

/// Adds `further` to the scenarios whose protocol they speak, but for those in which each answer
/// waits. Throws command_line::UsageError where two models have one name, or one fits nowhere.
void add_models(std::vector<Scenario>& scenarios, const std::vector<FurtherModel>& further);

}  // namespace halo::bench
