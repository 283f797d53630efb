#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "reactor/endpoint.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/result.hpp"

namespace halo::bench {

/// A server that others are compared with: one thread, one socket, nothing to end in order.
struct BareServer {
  /// How it is built, for the line that says where it listens: "raw epoll, 1 thread".
  std::string kind;
  /// The socket at an address; fails with the system's word.
  std::function<Result<OwnedFd>(const Endpoint& at)> open;
  /// Serves on that socket, and does not return.
  std::function<void(OwnedFd socket)> serve;
};

/// The main of such a server: adds --host and --port to `app`, which has the program's name and its
/// own options, parses, opens, says where it listens, and serves until SIGTERM or SIGINT, which end
/// the process with 0. Returns the exit code where it does not come to serving; what there was to
/// say has been said then.
int run_bare_server(CLI::App& app, int argc, char** argv, const BareServer& server);

}  // namespace halo::bench
