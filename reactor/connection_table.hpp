#pragma once

#include <cstddef>
#include <memory>

#include "reactor/byte_stream.hpp"
#include "reactor/connection.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/slab.hpp"
#include "reactor/unique_function.hpp"

namespace halo {

/// Owns connections of one loop: a server's share of it, or a client's.
/// *Thread:* the loop's. *Lifetime:* the loop must outlive the table. A table that goes resets what
/// is open; each handler still gets its on_close, at the end of the iteration or, when the loop
/// does not run, before the destructor returns. It may go in a callback of its own connections.
class ConnectionTable {
 public:
  /// `on_remove`, where given, is told of each connection after its on_close; it must not throw.
  explicit ConnectionTable(EventLoop& loop, ConnectionOptions options = {},
                           UniqueFunction<void(Connection&)> on_remove = nullptr);
  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;
  ~ConnectionTable();

  /// Makes a connection of a connected, non-blocking socket and calls its handler's on_open. Where
  /// a `stream` is to lie between the two, on_open comes when that has opened; a failure until then
  /// arrives as on_close, never during this call. What is sent before waits.
  /// Fails when the poller does not take the descriptor, which is closed then.
  Result<Connection*> adopt(OwnedFd socket, std::unique_ptr<ConnectionHandler> handler,
                            std::unique_ptr<ByteStream> stream = nullptr);

  /// Connections that are not destroyed yet, closing ones included.
  std::size_t size() const noexcept;

  /// Calls `visit` for each connection. It may close any of them.
  void for_each(UniqueFunction<void(Connection&)> visit);

  EventLoop& loop() const noexcept;
  const ConnectionOptions& options() const noexcept;

 private:
  std::unique_ptr<ConnectionRooms> rooms_;
};

}  // namespace halo
