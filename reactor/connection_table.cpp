#include "reactor/connection_table.hpp"

#include <utility>

#include "reactor/check.hpp"
#include "reactor/internal/connection_rooms.hpp"

namespace halo {

void ConnectionRooms::remove_later(Token place) {
  loop.reap_later([this, place] { remove(place); });
}

/// The end of a connection: on_close, then the owner is told, then it is gone; the latter two also
/// when on_close throws.
void ConnectionRooms::remove(Token place) {
  Connection* const connection = connections.find(place);
  HALO_CHECK(connection != nullptr, "a connection is removed once");
  struct Removal {
    ConnectionRooms& rooms;
    Connection& connection;
    Token place;
    ~Removal() {
      if (rooms.on_remove) {
        rooms.on_remove(connection);
      }
      rooms.connections.erase(place);
    }
  } const removal{*this, *connection, place};
  connection->finish();
}

ConnectionTable::ConnectionTable(EventLoop& loop, ConnectionOptions options,
                                 UniqueFunction<void(Connection&)> on_remove)
    : rooms_(new ConnectionRooms{loop, options, std::move(on_remove), {}}) {}

ConnectionTable::~ConnectionTable() {
  EventLoop& loop = rooms_->loop;
  rooms_->connections.for_each(
      [](Token, Connection& connection) { connection.close(CloseMode::kReset); });
  // Behind the removal of the last connection in the loop's queue: the rooms go after it.
  loop.reap_later([rooms = std::move(rooms_)]() mutable { rooms.reset(); });
  loop.reap_if_outside();
}

Result<Connection*> ConnectionTable::adopt(OwnedFd socket,
                                           std::unique_ptr<ConnectionHandler> handler,
                                           std::unique_ptr<ByteStream> stream) {
  HALO_CHECK(handler != nullptr, "a connection needs a handler");
  const auto [place, connection] =
      rooms_->connections.insert(*rooms_, std::move(socket), std::move(handler), std::move(stream));
  connection->place_ = place;
  if (const std::error_code error = connection->open()) {
    rooms_->connections.erase(place);
    return error;
  }
  return connection;
}

std::size_t ConnectionTable::size() const noexcept { return rooms_->connections.size(); }

void ConnectionTable::for_each(UniqueFunction<void(Connection&)> visit) {
  rooms_->connections.for_each([&visit](Token, Connection& connection) { visit(connection); });
}

EventLoop& ConnectionTable::loop() const noexcept { return rooms_->loop; }
const ConnectionOptions& ConnectionTable::options() const noexcept { return rooms_->options; }

}  // namespace halo
