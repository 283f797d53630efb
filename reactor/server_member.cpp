#include "reactor/internal/server_member.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "reactor/error.hpp"
#include "reactor/socket.hpp"

namespace halo {

ServerMember::ServerMember(EventLoop& loop, HandlerFactory factory,
                           const ConnectionOptions& options, Admission& admission)
    : factory_(std::move(factory)),
      admission_(admission),
      connections_(loop, options,
                   [&loop, &admission](Connection& connection) {
                     admission.leave(loop, &connection.handler());
                   }),
      handoffs_(loop,
                [this](OwnedFd socket, const Endpoint& peer) { take(std::move(socket), peer); }) {}

ServerMember::~ServerMember() {
  while (const std::optional<AcceptedSocket> accepted = handoffs_.pop()) {
    (void)socket::reset_on_close(accepted->socket.get());  // else its close is a FIN: fine, too
    admission_.leave(accepted->peer);
  }
}

void ServerMember::take(OwnedFd socket, const Endpoint& peer) {
  struct LeaveUnlessAdopted {
    Admission& admission;
    const Endpoint& peer;
    bool adopted = false;
    ~LeaveUnlessAdopted() {
      if (!adopted) {
        admission.leave(peer);
      }
    }
  } entry{admission_, peer};
  std::unique_ptr<ConnectionHandler> handler = factory_(loop(), peer);
  if (handler == nullptr) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    return;  // closes the socket
  }
  const ConnectionHandler* const name = handler.get();
  admission_.remember(loop(), name, peer);
  entry.adopted = true;  // also when on_open throws: the connection ends like any other then
  if (!connections_.adopt(std::move(socket), std::move(handler))) {
    admission_.leave(loop(), name);
    refused_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  accepted_.fetch_add(1, std::memory_order_relaxed);
}

void ServerMember::drain() {
  while (std::optional<AcceptedSocket> accepted = handoffs_.pop()) {
    take(std::move(accepted->socket), accepted->peer);
  }
  connections_.for_each([](Connection& connection) { connection.drain(); });
}

std::size_t ServerMember::cut() {
  std::size_t count = 0;
  connections_.for_each([&count](Connection& connection) {
    if (connection.lingering()) {
      connection.close(CloseMode::kReset);
      return;
    }
    ++count;
    connection.abort(Errc::kGraceOver);
  });
  return count;
}

}  // namespace halo
