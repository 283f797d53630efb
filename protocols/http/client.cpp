#include "protocols/http/client.hpp"

#include <utility>

#include "protocols/http/internal/client_rooms.hpp"
#include "protocols/http/internal/client_session.hpp"
#include "protocols/http/internal/pool.hpp"
#include "reactor/check.hpp"
#include "reactor/error.hpp"

namespace halo::http {

Client::Client(EventLoop& loop, ClientOptions options)
    : rooms_(std::make_unique<ClientRooms>(loop, std::move(options))) {}

Client::~Client() {
  EventLoop& loop = rooms_->loop;
  HALO_CHECK(loop.in_loop_thread(), "a client goes on its loop's thread");
  rooms_->shut_down();
  // Behind the last connection's removal in the loop's queue.
  loop.reap_later([rooms = std::move(rooms_)]() mutable { rooms.reset(); });
  loop.reap_if_outside();
}

RequestId Client::request(Request request, std::unique_ptr<ResponseHandler> handler,
                          std::unique_ptr<BodySource> body, std::optional<Deadlines> deadlines) {
  EventLoop& loop = rooms_->loop;
  HALO_CHECK(loop.in_loop_thread(), "request on a thread that is not the loop's: use post()");
  HALO_CHECK(handler != nullptr, "a request needs a handler");
  HALO_CHECK(body != nullptr || request.body.framing == BodyForm::Framing::kNone,
             "a body has a source");
  const bool full = rooms_->exchanges.size() >= rooms_->options.requests_max;
  const Token token = rooms_->exchanges
                          .insert(std::move(request), std::move(handler), std::move(body),
                                  deadlines.value_or(rooms_->options.deadlines), loop.now())
                          .first;
  if (full) {
    rooms_->finish_later(token, Errc::kQueueFull);
  } else {
    rooms_->dispatch(token);
  }
  return {token};
}

bool Client::cancel(RequestId id) { return rooms_->drop(id.token); }

void Client::pause(RequestId id) {
  Exchange* const exchange = rooms_->exchanges.find(id.token);
  if (exchange != nullptr && exchange->session != nullptr && !exchange->paused) {
    exchange->paused = true;
    exchange->session->pause();
  }
}

void Client::resume(RequestId id) {
  Exchange* const exchange = rooms_->exchanges.find(id.token);
  if (exchange != nullptr && exchange->session != nullptr && exchange->paused) {
    exchange->paused = false;
    exchange->session->resume();
  }
}

void Client::continue_body(RequestId id) {
  Exchange* const exchange = rooms_->exchanges.find(id.token);
  if (exchange != nullptr && exchange->session != nullptr) {
    exchange->session->continue_body();
  }
}

std::size_t Client::requests() const noexcept { return rooms_->exchanges.size(); }
std::size_t Client::connections() const noexcept { return rooms_->connections; }

}  // namespace halo::http
