#pragma once

#include <vector>

#include "bench/scenarios.hpp"

/// Who is compared in which kind of scenario, in the order of the table.
namespace halo::bench {

/// A thread for each connection, the reactor, the ceiling. `pollers`: the reactor on each poller of
/// this system. `short_connections`: also a fixed pool of threads, which would leave those that
/// stay waiting for ever.
std::vector<Model> line_models(bool pollers, bool short_connections);

/// Who waits 10 ms for each answer: a thread for each connection, a timer of the loop, or four
/// threads for all.
std::vector<Model> waiting_models();

/// The same where each answer has a connection of its own: a fixed pool of 16 threads, too.
std::vector<Model> pool_models();

/// Each on one thread; the ceiling counts requests and does not read them.
std::vector<Model> http_models();

/// All on one thread: what judging costs, what a batch saves, and what of it is due to GSO and GRO.
std::vector<Model> datagram_models();

}  // namespace halo::bench
