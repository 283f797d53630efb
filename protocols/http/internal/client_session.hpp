#pragma once

// One connection of a client, as HTTP sees it.

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "protocols/http/message.hpp"
#include "protocols/http/message_sink.hpp"
#include "protocols/http/response_handler.hpp"
#include "protocols/http/response_parser.hpp"
#include "reactor/connection.hpp"
#include "reactor/connection_handler.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/token.hpp"

namespace halo::http {

class Dial;
class Pool;
struct ClientRooms;
struct Exchange;

/// Sends a request, receives its answer, and then either rests in its pool or goes.
///
///   opening -> resting <-> busy -> discarding (the rest of an answer that nobody wants) -> resting
///
/// *Owner:* its connection. *Thread:* the loop's.
class ClientSession final : public ConnectionHandler, private ResponseSink {
 public:
  ClientSession(ClientRooms& rooms, Pool& pool, Dial& dial);

  // ---- for the pool ----

  /// Sends the exchange's request. It calls nobody back, but for on_sent.
  void start(Token exchange);
  /// Waits for the next one, listed as idle.
  void rest();
  /// Whether the peer has neither said anything nor gone, as far as the kernel knows by now.
  bool quiet() noexcept;
  /// Whether it has served a request already.
  bool used() const noexcept { return used_; }
  /// Ends a rest for good.
  void dismiss();

  // ---- for the exchange ----

  /// Nobody wants the answer any more: the connection goes.
  void abandon();
  void pause();
  void resume();
  void continue_body();

  // ---- for the connection ----

  void on_open(Connection& connection) override;
  std::size_t on_data(Connection& connection, std::span<const std::byte> unread) override;
  void on_end(Connection& connection, std::span<const std::byte> unread) override;
  void on_drain(Connection& connection) override;
  void on_close(Connection& connection, std::error_code why) override;

 private:
  enum class State : std::uint8_t { kOpening, kResting, kBusy, kDiscarding, kOver };

  void on_interim(const ResponseHead& head) override;
  void on_head(const ResponseHead& head) override;
  void on_body(std::span<const std::byte> bytes) override;
  void on_complete(const Headers& trailers) override;

  Exchange* exchange() noexcept;
  Token detach(State state);
  bool follow(const Progress& progress, bool left_over);
  void redirect(const ResponseHead& head);
  void discard(const Framing& framing);
  void complete(bool reusable);
  void release(bool reusable);
  void fail(std::error_code error, std::string detail = {});

  void send_body();
  bool send_piece(Exchange& exchange, std::size_t room);
  void request_sent(Exchange& exchange);
  void send_body_later();
  void on_send_timer();
  void leave_rest();

  TimePoint silent_until() noexcept;
  void watch_silence();
  void on_silence_timer();

  ClientRooms& rooms_;
  Pool& pool_;
  Dial* dial_;  // until the connection is open
  Connection* connection_ = nullptr;
  Endpoint remote_;
  std::optional<ConnectionTimes> times_;  // until the first request has gone out
  ResponseParser parser_;
  State state_ = State::kOpening;
  bool used_ = false;                  // by an earlier request
  bool body_sent_ = false;             // the request, to its end
  bool flush_seen_ = false;            // since send_timer_ was armed first
  std::uint64_t body_left_bytes_ = 0;  // of a body with a length
  std::size_t discarded_bytes_ = 0;
  std::error_code refused_;  // by the exchange's handler
  Token exchange_;
  Token redirected_;  // during on_data: to be dispatched
  TimerId send_timer_;
  TimerId silence_timer_;  // lazy: it outlives exchanges, and finds out late that it came too early
  TimePoint silence_timer_at_{};
  TimePoint rests_since_{};
  std::list<ClientSession*> idle_place_;  // this, unless it stands in rooms_.idle_sessions
  std::list<ClientSession*>::iterator idle_at_;
};

}  // namespace halo::http
