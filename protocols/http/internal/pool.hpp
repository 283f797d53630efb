#pragma once

// The connections to one origin, and the requests that wait for them.

#include <cstddef>
#include <list>
#include <string>
#include <system_error>
#include <vector>

#include "protocols/http/internal/dial.hpp"
#include "protocols/http/internal/route.hpp"
#include "protocols/http/response_handler.hpp"
#include "reactor/token.hpp"

namespace halo::http {

class ClientSession;
struct ClientRooms;
struct Exchange;

/// *Owner:* ClientRooms, as long as it is in use. *Thread:* the loop's.
///
/// 1. Whatever waits here has a connection that will end or become free, or is counted as starved.
/// 2. The connection that was used last is used next, so that those that are not needed grow old.
class Pool {
 public:
  Pool(ClientRooms& rooms, Route route);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  const Route& route() const noexcept { return route_; }

  /// Has the request sent as soon as a connection is free for it; `first`: before those that wait.
  void submit(Token exchange, bool first);
  /// Takes a request out of the queue.
  void withdraw(Exchange& exchange);
  /// Gives up connections to be that nobody waits for any more.
  void hang_up_surplus();
  /// What those that wait are waiting for.
  Stage stage() const noexcept;

  /// Connects as often as the queue and the limits ask for.
  void connect_as_wanted();

  void on_dial_failed(Dial& dial, std::error_code error, const std::string& detail);
  /// The session may take a request.
  void on_session_open(Dial& dial, ClientSession& session);
  void on_session_free(ClientSession& session);
  void on_session_closed();
  /// An idle session is about to be used, or closed.
  void on_session_taken(ClientSession& session);
  /// They may have gone stale together.
  void dismiss_idle();

  bool unused() const noexcept { return sessions_ == 0 && dials_.empty() && waiting_.empty(); }
  void shut_down();

 private:
  void starve(bool starved);

  ClientRooms& rooms_;
  const Route route_;
  std::list<Token> waiting_;
  std::list<Dial> dials_;
  std::vector<ClientSession*> idle_;
  std::size_t sessions_ = 0;  // open, in use or idle
  bool starved_ = false;      // whether it stands in rooms_.starved
};

}  // namespace halo::http
