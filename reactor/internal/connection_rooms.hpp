#pragma once

// What the connections of one table share. It lives until the end of the iteration in
// which its table goes, because they do.

#include "reactor/connection.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/slab.hpp"
#include "reactor/unique_function.hpp"

namespace halo {

struct ConnectionRooms {
  EventLoop& loop;
  const ConnectionOptions options;
  UniqueFunction<void(Connection&)> on_remove;
  Slab<Connection> connections;

  /// Has the closed connection at `place` removed in step 8 of the loop's iteration.
  void remove_later(Token place);

 private:
  void remove(Token place);
};

}  // namespace halo
