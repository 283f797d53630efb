#include "protocols/http/internal/client_session.hpp"

#include <algorithm>
#include <utility>

#include "protocols/http/http_error.hpp"
#include "protocols/http/internal/client_rooms.hpp"
#include "protocols/http/internal/dial.hpp"
#include "protocols/http/internal/pool.hpp"
#include "reactor/error.hpp"
#include "reactor/socket.hpp"

namespace halo::http {
namespace {

/// The rest of an answer that nobody wants, up to which it is worth reading for the connection's
/// sake: about what is on its way anyway.
constexpr std::size_t kDiscardBytesMax = 64 * 1024;
constexpr Duration kDiscardTimeout = std::chrono::seconds(5);

AnswerTo answer_to(const Request& request) noexcept {
  return request.method == "HEAD" ? AnswerTo::kHead : AnswerTo::kOther;
}

/// See: RFC 9110, 9.2.2.
bool idempotent(const Request& request) noexcept {
  constexpr std::string_view kMethods[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
  return std::find(std::begin(kMethods), std::end(kMethods), request.method) != std::end(kMethods);
}

/// What a server does that has closed the connection just when the request came.
bool closed_by_peer(std::error_code error) noexcept {
  return error == HttpErrc::kEmptyReply || error == std::errc::connection_reset ||
         error == std::errc::broken_pipe || error == Errc::kTruncated;
}

}  // namespace

ClientSession::ClientSession(ClientRooms& rooms, Pool& pool, Dial& dial)
    : rooms_(rooms),
      pool_(pool),
      dial_(&dial),
      parser_(rooms.options.limits),
      idle_place_{this},
      idle_at_(idle_place_.begin()) {}

// ---- the pool's side ----

void ClientSession::on_open(Connection& connection) {
  connection_ = &connection;
  if (const Result<Endpoint> remote = connection.peer_endpoint()) {
    remote_ = *remote;  // else it has gone already, and on_close will say so
  }
  if (!rooms_.closed) {
    times_ = dial_->times();
    std::exchange(dial_, nullptr)->on_open(*this);
  }
}

void ClientSession::start(Token token) {
  Exchange& exchange = *rooms_.exchanges.find(token);
  leave_rest();
  state_ = State::kBusy;
  exchange_ = token;
  refused_ = {};
  exchange.session = this;
  exchange.active_at = rooms_.loop.now();
  exchange.stage = Stage::kSend;
  parser_.begin(answer_to(exchange.request));
  exchange.handler->on_sent({exchange.head, remote_, times_});
  times_.reset();
  connection_->send(exchange.head);
  rooms_.keep_spare(exchange.head);
  body_left_bytes_ = exchange.request.body.bytes;
  body_sent_ = exchange.request.body.framing == BodyForm::Framing::kNone;
  if (body_sent_) {
    request_sent(exchange);
  } else {
    send_body();
    watch_silence();
  }
}

void ClientSession::rest() {
  state_ = State::kResting;
  used_ = true;
  rests_since_ = rooms_.loop.now();
  rooms_.idle_sessions.splice(rooms_.idle_sessions.end(), idle_place_);
  connection_->set_idle_timeout(rooms_.options.connection_idle_timeout);
}

void ClientSession::leave_rest() {
  if (state_ == State::kResting) {
    state_ = State::kOver;
    idle_place_.splice(idle_place_.end(), rooms_.idle_sessions, idle_at_);
    pool_.on_session_taken(*this);
    connection_->set_idle_timeout(Duration::zero());
  }
}

bool ClientSession::quiet() noexcept {
  if (connection_->closing()) {
    return false;
  }
  // One that has just become idle was read to its end in this very iteration.
  return rests_since_ == rooms_.loop.now() || !socket::has_input(connection_->native_handle());
}

void ClientSession::dismiss() {
  leave_rest();
  connection_->close(CloseMode::kFlush);
}

void ClientSession::release(bool reusable) {
  used_ = true;
  if (!reusable || connection_->closing()) {
    state_ = State::kOver;
    connection_->close(body_sent_ ? CloseMode::kFlush : CloseMode::kReset);
    return;
  }
  connection_->set_idle_timeout(Duration::zero());
  pool_.on_session_free(*this);
}

// ---- the exchange's side ----

Exchange* ClientSession::exchange() noexcept {
  return rooms_.closed || state_ != State::kBusy ? nullptr : rooms_.exchanges.find(exchange_);
}

/// The exchange goes its own way from here.
Token ClientSession::detach(State state) {
  rooms_.exchanges.find(exchange_)->session = nullptr;
  state_ = state;
  return exchange_;
}

void ClientSession::abandon() {
  state_ = State::kOver;
  parser_.pause();  // nothing more of what is being fed
  connection_->close(CloseMode::kReset);
}

void ClientSession::pause() {
  parser_.pause();
  connection_->pause_reading();
}

void ClientSession::resume() {
  parser_.resume();
  connection_->resume_reading();
  rooms_.exchanges.find(exchange_)->active_at = rooms_.loop.now();
  watch_silence();
  // What the parser was about to say needs no further byte.
  rooms_.loop.post([&loop = rooms_.loop, id = connection_->id()] {
    if (Connection* const connection = Connection::find(loop, id)) {
      auto& session = static_cast<ClientSession&>(connection->handler());
      if (session.exchange() != nullptr && !session.parser_.paused()) {
        (void)session.on_data(*connection, {});
      }
    }
  });
}

void ClientSession::fail(std::error_code error, std::string detail) {
  const Token token = detach(State::kOver);
  connection_->close(CloseMode::kReset);
  Exchange& exchange = *rooms_.exchanges.find(token);
  const Request& request = exchange.request;
  const bool again = used_ && !exchange.retried && !parser_.begun() && closed_by_peer(error) &&
                     idempotent(request) && request.body.replayable;
  if (!again) {
    rooms_.finish(token, error, std::move(detail));
    return;
  }
  exchange.retried = true;
  if (exchange.body != nullptr) {
    if (const std::error_code why = exchange.body->rewind()) {
      rooms_.finish(token, why);
      return;
    }
  }
  pool_.dismiss_idle();  // they were idle as long as this one, or longer
  rooms_.dispatch(token, true);
}

/// Last: on_done may destroy the client.
void ClientSession::complete(bool reusable) {
  const Token token = detach(State::kOver);
  rooms_.exchanges.find(token)->stage = Stage::kComplete;
  release(reusable && body_sent_ && parser_.keep_alive());
  rooms_.finish(token, {});
}

// ---- the connection's side ----

std::size_t ClientSession::on_data(Connection& connection, std::span<const std::byte> unread) {
  if (state_ != State::kBusy && state_ != State::kDiscarding) {
    if (state_ == State::kResting && !rooms_.closed) {
      leave_rest();  // what nobody asked for is the beginning of no answer
    }
    connection.close(CloseMode::kReset);
    return unread.size();
  }
  if (Exchange* const busy = exchange()) {
    busy->active_at = rooms_.loop.now();
  }
  const Progress progress = parser_.feed(unread, *this);
  const Token redirected = std::exchange(redirected_, {});
  const bool done = follow(progress, progress.consumed < unread.size());
  // Only now: the connection may be free for it.
  if (redirected && !rooms_.closed && rooms_.exchanges.find(redirected) != nullptr) {
    rooms_.dispatch(redirected);
  }
  return done ? unread.size() : progress.consumed;
}

/// What follows from what the parser has read. False: it reads on, here.
bool ClientSession::follow(const Progress& progress, bool left_over) {
  if (rooms_.closed || state_ == State::kOver) {
    return true;
  }
  if (state_ == State::kDiscarding) {
    discarded_bytes_ += progress.consumed;
    if (parser_.complete()) {
      release(!left_over && body_sent_ && parser_.keep_alive());
      return true;
    }
    if (progress.error || discarded_bytes_ > kDiscardBytesMax) {
      release(false);
      return true;
    }
    return false;
  }
  if (refused_ || progress.error) {
    fail(refused_ ? refused_ : progress.error);
    return true;
  }
  if (parser_.complete()) {
    complete(!left_over);
    return true;
  }
  return false;
}

void ClientSession::on_end(Connection& connection, std::span<const std::byte> /*unread*/) {
  if (exchange() != nullptr) {
    const std::error_code error = parser_.finish(*this);
    if (exchange() != nullptr) {
      body_sent_ = body_sent_ && !error;
      if (error || refused_) {
        fail(refused_ ? refused_ : error);
      } else {
        complete(false);
      }
      return;
    }
  } else if (state_ == State::kResting && !rooms_.closed) {
    leave_rest();
  }
  connection.close(CloseMode::kFlush);
}

void ClientSession::on_close(Connection& connection, std::error_code why) {
  rooms_.loop.cancel(send_timer_);
  rooms_.loop.cancel(silence_timer_);
  if (rooms_.closed) {
    return;
  }
  const ByteStream* const stream = connection.stream();
  std::string detail = stream == nullptr ? std::string() : stream->failure();
  if (dial_ != nullptr) {
    dial_->fail(why ? why : HttpErrc::kEmptyReply, detail);
    return;
  }
  leave_rest();
  if (exchange() != nullptr) {
    fail(why ? why : HttpErrc::kBodyTruncated, std::move(detail));
  }
  if (!rooms_.closed) {
    pool_.on_session_closed();
  }
}

// ---- the parser's side ----

void ClientSession::on_interim(const ResponseHead& head) {
  if (Exchange* const busy = exchange()) {
    busy->handler->on_interim(head);
  }
}

void ClientSession::on_head(const ResponseHead& head) {
  Exchange* const busy = exchange();
  if (busy == nullptr) {
    return;
  }
  busy->stage = Stage::kReceive;
  watch_silence();
  redirect(head);
}

void ClientSession::redirect(const ResponseHead& head) {
  Exchange& busy = *exchange();
  Result<std::optional<Request>> next = rooms_.options.redirects.next(
      busy.request, static_cast<unsigned>(head.status), head.headers, busy.redirects);
  if (!next) {
    refused_ = next.error();
    parser_.pause();
    return;
  }
  if (!next->has_value()) {
    busy.handler->on_head(head);
    return;
  }
  const Token token = detach(State::kDiscarding);
  discard(head.framing);
  busy.request = std::move(**next);
  ++busy.redirects;
  if (busy.request.body.framing == BodyForm::Framing::kNone) {
    busy.body.reset();
  } else if (const std::error_code error = busy.body->rewind()) {
    rooms_.finish_later(token, error);
    return;
  }
  const Url to = busy.request.url;
  busy.handler->on_redirect(head, to);
  redirected_ = token;
}

/// The answer led elsewhere: its body is read on where that costs little, for the connection.
void ClientSession::discard(const Framing& framing) {
  discarded_bytes_ = 0;
  const bool too_long = framing.body == BodyKind::kUntilClose ||
                        (framing.body == BodyKind::kLength && framing.length > kDiscardBytesMax);
  if (too_long || !body_sent_) {
    state_ = State::kOver;
    connection_->close(CloseMode::kReset);
    return;
  }
  connection_->set_idle_timeout(kDiscardTimeout);
}

void ClientSession::on_body(std::span<const std::byte> bytes) {
  Exchange* const busy = exchange();
  if (busy == nullptr) {
    return;
  }
  const std::error_code error = busy->handler->on_body(bytes);
  if (error && exchange() != nullptr) {
    refused_ = error;
    parser_.pause();
  }
}

void ClientSession::on_complete(const Headers& trailers) {
  Exchange* const busy = exchange();
  if (busy != nullptr && !trailers.empty()) {
    busy->handler->on_trailers(trailers);
  }
}

}  // namespace halo::http
