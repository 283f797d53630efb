#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "protocols/http/body_source.hpp"
#include "protocols/http/client_options.hpp"
#include "protocols/http/request.hpp"
#include "protocols/http/response_handler.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/token.hpp"

namespace halo::http {

struct ClientRooms;

/// Names a request; stays harmless when it has ended.
struct RequestId {
  Token token;

  friend bool operator==(RequestId, RequestId) = default;
};

/// Asks HTTP servers, any number of them and of requests at a time, on one loop.
/// *Owner:* whoever asks. *Thread:* the loop's; it has no thread of its own but the resolver's.
/// *Lifetime:* the loop must outlive it. One that goes cancels what is in flight, also in a
/// callback of its own.
///
/// 1. An answer is complete, or an error: a part never passes for the whole.
/// 2. A connection is used again only behind an answer that was complete, with nothing behind it;
///    one that says anything while it is idle is closed.
/// 3. A request is sent a second time only where nothing can happen twice by that: its method is
///    idempotent, its connection was one that had been used before, and not a byte came back.
class Client {
 public:
  explicit Client(EventLoop& loop, ClientOptions options = {});
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  /// Sends `request` when a connection is free, and tells `handler` what becomes of it, never
  /// during this call. `body` gives the bytes of the form that the request says, and may be null
  /// where that is none. `deadlines`, where given, replace the client's.
  RequestId request(Request request, std::unique_ptr<ResponseHandler> handler,
                    std::unique_ptr<BodySource> body = nullptr,
                    std::optional<Deadlines> deadlines = {});

  /// The request's handler hears no more; false: it has ended already.
  bool cancel(RequestId id);

  /// No on_body, and hardly a byte from the network, until `resume`. Deadlines but the total stand
  /// still meanwhile. A request that has ended, or has no answer yet, is no error.
  void pause(RequestId id);
  void resume(RequestId id);

  /// A body that said EAGAIN has bytes again, or its end.
  void continue_body(RequestId id);

  /// Requests that have not ended.
  std::size_t requests() const noexcept;
  /// Connections, in use, idle, or about to be.
  std::size_t connections() const noexcept;

 private:
  std::unique_ptr<ClientRooms> rooms_;
};

}  // namespace halo::http
