#include "protocols/http/internal/dial.hpp"

#include <memory>
#include <utility>

#include "protocols/http/host.hpp"
#include "protocols/http/internal/client_rooms.hpp"
#include "protocols/http/internal/client_session.hpp"
#include "protocols/http/internal/pool.hpp"
#include "protocols/http/internal/proxy_tunnel.hpp"
#include "reactor/error.hpp"
#include "reactor/socket.hpp"

namespace halo::http {

Dial::Dial(ClientRooms& rooms, Pool& pool) : rooms_(rooms), pool_(pool), race_(rooms.loop) {}

Dial::~Dial() {
  rooms_.loop.cancel(timer_);
  if (stage_ == Stage::kResolve && rooms_.resolver != nullptr) {
    rooms_.resolver->cancel(lookup_);
  }
}

void Dial::start() {
  begun_at_ = rooms_.loop.now();
  if (rooms_.options.connect_timeout > Duration::zero()) {
    timer_ = rooms_.loop.run_after(rooms_.options.connect_timeout, [this] { on_timeout(); });
  }
  const Route& route = pool_.route();
  const auto known = rooms_.options.addresses.find(route.host + ':' + std::to_string(route.port));
  if (known != rooms_.options.addresses.end()) {
    on_resolve(known->second);
    return;
  }
  lookup_ = rooms_.resolver->resolve(
      std::string(without_brackets(route.host)), route.port,
      [this](Result<std::vector<Endpoint>> endpoints) { on_resolve(std::move(endpoints)); },
      rooms_.options.families);
}

ConnectionTimes Dial::times() const noexcept {
  ConnectionTimes times{resolved_at_ - begun_at_, connected_at_ - resolved_at_, std::nullopt};
  if (pool_.route().secure) {
    times.tls = rooms_.loop.now() - connected_at_;
  }
  return times;
}

bool Dial::hang_up() noexcept {
  race_.cancel();
  return connection_ == ConnectionId{};
}

void Dial::on_resolve(Result<std::vector<Endpoint>> endpoints) {
  if (!endpoints) {
    fail(endpoints.error());
    return;
  }
  stage_ = Stage::kConnect;
  resolved_at_ = rooms_.loop.now();
  HappyEyeballsOptions options;
  options.attempt_delay = rooms_.options.attempt_delay;
  options.timeout = Duration::zero();  // one for the whole dial
  race_.connect(
      *endpoints, [this](Result<OwnedFd> socket) { on_connect(std::move(socket)); }, options);
}

void Dial::on_connect(Result<OwnedFd> socket) {
  if (!socket) {
    fail(socket.error());
    return;
  }
  connected_at_ = rooms_.loop.now();
  (void)socket::set_no_delay(socket->get());  // slower, but the same
  std::unique_ptr<ByteStream> stream;
  const Route& route = pool_.route();
  if (route.secure) {
    Result<std::unique_ptr<ByteStream>> secure =
        rooms_.options.secure_stream(route.server, route.server_port);
    if (!secure) {
      fail(secure.error());
      return;
    }
    stream = std::move(*secure);
  }
  if (!route.tunnel_head.empty()) {
    stream =
        std::make_unique<ProxyTunnel>(route.tunnel_head, rooms_.options.limits, std::move(stream));
  }
  const bool opens_later = stream != nullptr;
  const Result<Connection*> connection = rooms_.table->adopt(
      std::move(*socket), std::make_unique<ClientSession>(rooms_, pool_, *this), std::move(stream));
  if (!connection) {
    fail(connection.error());
  } else if (opens_later) {  // else the session has opened, and this is gone
    connection_ = (*connection)->id();
  }
}

void Dial::on_timeout() {
  timer_ = {};
  if (Connection* const connection = Connection::find(rooms_.loop, connection_)) {
    connection->abort(Errc::kConnectTimeout);  // the session tells
  } else {
    fail(Errc::kConnectTimeout);
  }
}

void Dial::on_open(ClientSession& session) { pool_.on_session_open(*this, session); }

/// Who is at fault on the way through a proxy, the URL does not say.
void Dial::fail(std::error_code error, const std::string& detail) {
  const Route& route = pool_.route();
  if (!detail.empty() || !route.by_proxy) {
    pool_.on_dial_failed(*this, error, detail);
    return;
  }
  pool_.on_dial_failed(
      *this, error,
      "the proxy " + route.host + ':' + std::to_string(route.port) + ": " + error.message());
}

}  // namespace halo::http
