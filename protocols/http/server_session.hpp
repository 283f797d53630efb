#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>

#include "protocols/http/later_response.hpp"
#include "protocols/http/message.hpp"
#include "protocols/http/server_response.hpp"
#include "reactor/connection.hpp"
#include "reactor/connection_handler.hpp"
#include "reactor/time.hpp"
#include "reactor/timer_queue.hpp"

namespace halo::http {

struct Exchange;
struct ServerRequest;
class Server;
class ServerShare;

/// The server's side of one HTTP connection.
/// *Owner:* its Connection, whose handler it must be itself, or by inheritance. *Thread:* the
/// loop's. *Lifetime:* the server must outlive it.
///
///   state        event                     what happens                              then
///   ------------------------------------------------------------------------------------------
///   idle         a plain request           answer it                                 idle
///   idle         another byte              take a parser                             reading
///   reading      the request is whole      answer it, give the parser back           idle
///   reading      it is answered later      pause reading                             at work
///   at work      the answer                write it, resume reading                  idle
///   reading      its head, Expect: 100     100, unless the body has begun            reading
///   reading      the event ends            a timer, once for each request            reading
///   reading      the timer                 408, flush, close                         -
///   reading      it is wrong               4xx or 5xx, flush, close                  -
///   any          Connection: close         answer, flush, close                      -
///   any          end of input              flush, close: nobody waits for the rest   -
///
/// One request is at work at a time, so that answers keep their order; the connection reads nothing
/// meanwhile, and so does not see the end of input either.
/// Above the connection's high mark it stops reading requests; the rest comes again.
class ServerSession : public ConnectionHandler {
 public:
  ServerSession(Server& server, EventLoop& loop);
  ~ServerSession() override;

  std::size_t on_data(Connection& connection, std::span<const std::byte> unread) override;
  void on_close(Connection& connection, std::error_code why) override;

  /// For LaterResponse: the answer to the request that waits for it.
  void end_work(Connection& connection, LaterResponse::Answer& answer);

 private:
  std::size_t read(Connection& connection, std::span<const std::byte> unread);
  bool answer_plain(Connection& connection, std::span<const std::byte> rest);
  Progress read_on(Connection& connection, std::span<const std::byte> rest);
  void answer(Connection& connection);
  void answer(Connection& connection, const ServerRequest& request);
  template <class Handler>
  bool respond(Connection& connection, Handler&& handler);
  void refuse(Connection& connection, int status, std::string_view why);
  void await_rest(Connection& connection);
  void arm_timer(Connection& connection, Duration timeout);
  void end_request(Connection& connection);
  void flush(Connection& connection);

  ServerShare& share_;
  std::unique_ptr<Exchange> exchange_;  // the request in progress
  TimerId timer_;                       // of its rest
  TimePoint begun_at_{};
  ServerResponse::Terms terms_{};  // of the request that is answered at present
  bool begun_ = false;             // a request has
  bool timer_armed_ = false;
  bool for_body_ = false;  // the timer
};

}  // namespace halo::http
