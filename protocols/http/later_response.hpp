#pragma once

#include "reactor/connection.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/unique_function.hpp"

namespace halo::http {

class ServerResponse;

/// A request's answer that is still to come, from another turn of the loop or another thread:
///
///     [&workers](const ServerRequest& request, ServerResponse& response) {
///       (void)workers.submit([later = response.later(), name = std::string(request.target)]()
///       mutable {
///         later.answer([text = look_up(name)](ServerResponse& response) {
///           response.send(200, "text/plain", text);
///         });
///       });
///     }
///
/// 1. Who drops it without an answer answers 500: a full queue of workers keeps nobody waiting.
/// 2. It knows the connection by its id; where that is closed meanwhile, nothing happens.
/// 3. Its connection reads and answers nothing until then, so that answers keep their order.
///
/// *Thread:* any one at a time. *Lifetime:* the loop must outlive it.
class LaterResponse {
 public:
  /// Writes the answer as a handler does, on the loop's thread; not called where nobody waits any
  /// more.
  using Answer = UniqueFunction<void(ServerResponse& response)>;

  LaterResponse(EventLoop& loop, ConnectionId connection) noexcept
      : loop_(&loop), connection_(connection) {}
  LaterResponse(LaterResponse&& other) noexcept;
  LaterResponse& operator=(LaterResponse&& other) noexcept;
  ~LaterResponse();

  /// That of the connection, on whose thread the handler runs: a timer of it may answer.
  EventLoop& loop() const noexcept { return *loop_; }

  /// Answers, in another turn of the loop. Once.
  void answer(Answer answer);

 private:
  EventLoop* loop_;  // null: it has been answered, or moved away
  ConnectionId connection_;
};

}  // namespace halo::http
