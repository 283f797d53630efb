#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/http_dialogue.hpp"
#include "bench/load/lanes.hpp"
#include "bench/load/line_dialogue.hpp"
#include "bench/load/question_text.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/time.hpp"

namespace halo::bench::load {

enum class Protocol : std::uint8_t { kTcp, kUdp, kHttp };

/// Whom a load asks, and what. A value.
struct Asking {
  Protocol protocol = Protocol::kTcp;
  Endpoint server;
  std::vector<Endpoint>
      sources;                  ///< local addresses to ask from, port 0; none: the system's choice
  std::string question;         ///< with `{n}` for its number; HTTP: head and body
  std::string expect;           ///< a regular expression that compiles; empty: none
  Match match = Match::kOrder;  ///< not HTTP
  std::string until = "\n";     ///< TCP: the end of an answer
  std::string welcome;          ///< TCP: the end of what the server says first; empty: nothing
  Statuses statuses = Statuses::kGood;  ///< HTTP
  bool to_head = false;                 ///< HTTP: the method is HEAD
};

/// The lanes of one loop. `lanes` of them, `depth` questions of each; `timeout` for a connect.
LanesFactory make_lanes(const Asking& asking, std::size_t lanes, std::size_t depth,
                        Duration timeout);

/// Lines to hello-tcp, or whoever answers "Hello, NAME!": each answer must have the name that was
/// asked for, which no other question has.
Asking hello_lines(const Endpoint& server);

}  // namespace halo::bench::load
