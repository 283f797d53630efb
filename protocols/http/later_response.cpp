#include "protocols/http/later_response.hpp"

#include <utility>

#include "protocols/http/server_response.hpp"
#include "protocols/http/server_session.hpp"
#include "reactor/check.hpp"

namespace halo::http {

LaterResponse::LaterResponse(LaterResponse&& other) noexcept
    : loop_(std::exchange(other.loop_, nullptr)), connection_(other.connection_) {}

LaterResponse& LaterResponse::operator=(LaterResponse&& other) noexcept {
  // What was to come from here goes with `other`, and is dropped like any other.
  std::swap(loop_, other.loop_);
  std::swap(connection_, other.connection_);
  return *this;
}

LaterResponse::~LaterResponse() {
  if (loop_ != nullptr) {
    answer([](ServerResponse&) {});
  }
}

void LaterResponse::answer(Answer answer) {
  HALO_CHECK(loop_ != nullptr, "a second answer to one request");
  EventLoop& loop = *std::exchange(loop_, nullptr);
  loop.post([&loop, id = connection_, answer = std::move(answer)]() mutable {
    if (Connection* const connection = Connection::find(loop, id);
        connection != nullptr && !connection->closing()) {
      static_cast<ServerSession&>(connection->handler()).end_work(*connection, answer);
    }
  });
}

}  // namespace halo::http
