#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/hello/datagram_codec.hpp"
#include "protocols/hello/work.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/internal/socket_address.hpp"
#include "reactor/owned_fd.hpp"
#include "reactor/result.hpp"
#include "reactor/time.hpp"
#include "servers/datagram_counters.hpp"

namespace halo {

struct BlockingUdpServerOptions {
  hello::LoopGuard guard = hello::LoopGuard::kOn;
  hello::Work work{};  ///< done before each answer, while all others wait
};

/// The naive model for datagrams: one thread, one blocking socket, one recvfrom and one sendto for
/// each. On a wildcard address answers leave from the address that the kernel picks for the way
/// back, which need not be the one that was asked. *Owner:* main. *Thread:* main's.
class BlockingUdpServer {
 public:
  /// Fails with the system's word: EADDRINUSE, EADDRNOTAVAIL, EACCES, ...
  static Result<BlockingUdpServer> bind(const Endpoint& at,
                                        const BlockingUdpServerOptions& options);

  /// With the port that was chosen.
  const Endpoint& local_endpoint() const noexcept { return local_; }
  int native_handle() const noexcept { return fd_.get(); }

  /// Answers until process::stop_waiting_at stops the waiting for this socket; then what has
  /// arrived, for at most `grace`, or until the work at hand then is done. False: not all of it.
  bool serve(Duration grace);

  const DatagramCounters& counters() const noexcept { return counters_; }

 private:
  BlockingUdpServer(OwnedFd fd, Endpoint local, const BlockingUdpServerOptions& options);

  std::optional<std::string_view> receive();
  void serve_one(std::string_view message);
  void answer(std::string_view message);

  OwnedFd fd_;
  Endpoint local_;
  BlockingUdpServerOptions options_;
  std::vector<char> room_;
  std::string answer_;
  SocketAddress peer_;  // of the datagram at hand
  DatagramCounters counters_;
};

}  // namespace halo
