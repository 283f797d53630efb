#pragma once

#include <functional>
#include <string>

#include "reactor/owned_fd.hpp"

namespace halo::bench {

/// A hello server on somebody else's event library.
struct Peer {
  std::string name;     ///< the library's: the program is hello-<name>
  std::string version;  ///< the library's, as it says itself
  /// Serves the hello line protocol on this listening socket, and does not return. Connections
  /// inherit its TCP_NODELAY.
  std::function<void(OwnedFd listener)> serve;
};

/// The main of such a program: --host, --port, and the line that says where it listens. Returns the
/// exit code where it does not come to serving.
int run_peer(int argc, char** argv, const Peer& peer);

}  // namespace halo::bench
