// A session's way out: the request's body, piece by piece, as fast as the connection takes it.

#include <algorithm>
#include <string_view>

#include "protocols/http/chunked_encoder.hpp"
#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/client_rooms.hpp"
#include "protocols/http/internal/client_session.hpp"
#include "reactor/socket.hpp"

namespace halo::http {
namespace {

/// At the same time what may wait in a connection: less than its high mark, at which it would stop
/// reading an answer that comes before its time.
constexpr std::size_t kPieceBytes = 64 * 1024;

}  // namespace

void ClientSession::send_body() {
  while (Exchange* const busy = exchange()) {
    if (body_sent_ || connection_->closing()) {
      return;
    }
    const std::size_t unsent = connection_->unsent_bytes();
    if (unsent >= kPieceBytes) {
      send_body_later();
      return;
    }
    if (!send_piece(*busy, kPieceBytes - unsent)) {
      return;
    }
  }
}

/// False: nothing to send for now, or ever.
bool ClientSession::send_piece(Exchange& busy, std::size_t room) {
  const bool chunked = busy.request.body.framing == BodyForm::Framing::kChunked;
  if (!chunked) {
    room = static_cast<std::size_t>(std::min<std::uint64_t>(room, body_left_bytes_));
    if (room == 0) {
      request_sent(busy);
      return false;
    }
  }
  rooms_.body_piece.resize(kPieceBytes);
  const std::span<std::byte> piece = std::span(rooms_.body_piece).first(room);
  const Result<std::size_t> count = busy.body->read(piece);
  if (!count && socket::would_block(count.error())) {
    return false;  // continue_body goes on
  }
  if (!count || (*count == 0 && !chunked)) {
    const Token token = detach(State::kOver);
    connection_->close(CloseMode::kReset);
    rooms_.finish_later(token, count ? HttpErrc::kBodyTruncated : count.error());
    return false;
  }
  busy.active_at = rooms_.loop.now();
  if (*count == 0) {
    connection_->send(std::string_view("0\r\n\r\n"));
    request_sent(busy);
    return false;
  }
  if (chunked) {
    connection_->send(ChunkHead(*count).view());
  }
  connection_->send(piece.first(*count));
  if (chunked) {
    connection_->send(kChunkEnd);
  }
  body_left_bytes_ -= std::min<std::uint64_t>(body_left_bytes_, *count);
  return true;
}

void ClientSession::request_sent(Exchange& busy) {
  body_sent_ = true;
  busy.active_at = rooms_.loop.now();
  if (busy.stage == Stage::kSend) {
    busy.stage = Stage::kAwait;
  }
  watch_silence();
}

void ClientSession::on_drain(Connection& /*connection*/) { send_body(); }

void ClientSession::continue_body() { send_body(); }

/// on_drain comes only where something had to wait for the peer. Where nothing has, the end of the
/// iteration has written everything, and this timer goes on; the first time it may run before that.
void ClientSession::send_body_later() {
  rooms_.loop.cancel(send_timer_);
  flush_seen_ = false;
  send_timer_ = rooms_.loop.run_after(Duration::zero(), [this] { on_send_timer(); });
}

void ClientSession::on_send_timer() {
  send_timer_ = {};
  if (connection_->unsent_bytes() < kPieceBytes) {
    send_body();
  } else if (!flush_seen_) {
    flush_seen_ = true;
    send_timer_ = rooms_.loop.run_after(Duration::zero(), [this] { on_send_timer(); });
  }
}

}  // namespace halo::http
