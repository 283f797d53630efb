#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/child_process.hpp"
#include "bench/cpu_affinity.hpp"
#include "bench/interrupt.hpp"
#include "bench/scenarios.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"

namespace halo::bench {

/// A server that runs, and where.
struct StartedServer {
  std::unique_ptr<ChildProcess> process;
  Endpoint endpoint;
  std::string failure;  ///< why it cannot be measured; empty: it can
};

/// The command that starts `model` on a free port, or where it wants to.
std::vector<std::string> server_command(const Model& model, const std::filesystem::path& programs);

/// Starts the server, on one core if any, and learns from the first line that it prints where it
/// listens: "hello-tcp listening on 127.0.0.1:PORT (epoll, 1 loop, 0 workers)". Where the model has
/// a port, it waits until somebody accepts connections there.
StartedServer start_server(EventLoop& loop, const Model& model,
                           const std::filesystem::path& programs, std::optional<int> core,
                           const Interrupt& interrupt);

}  // namespace halo::bench
