#pragma once

// A connection to be: from a host's name to a session that may take a request.

#include <string>
#include <system_error>
#include <vector>

#include "protocols/http/response_handler.hpp"
#include "reactor/connection.hpp"
#include "reactor/happy_eyeballs.hpp"
#include "reactor/resolver.hpp"

namespace halo::http {

class ClientSession;
class Pool;
struct ClientRooms;

/// *Owner:* a Pool, until on_dial_failed or on_session_open. *Thread:* the loop's.
class Dial {
 public:
  Dial(ClientRooms& rooms, Pool& pool);
  Dial(const Dial&) = delete;
  Dial& operator=(const Dial&) = delete;
  ~Dial();

  /// Nothing comes of it during this call.
  void start();
  /// Gives up. False: the connection is made, and only TLS is missing.
  bool hang_up() noexcept;
  Stage stage() const noexcept { return stage_; }
  /// Of a connection that has opened at this very moment.
  ConnectionTimes times() const noexcept;

  void on_open(ClientSession& session);
  void fail(std::error_code error, const std::string& detail = {});

 private:
  void on_resolve(Result<std::vector<Endpoint>> endpoints);
  void on_connect(Result<OwnedFd> socket);
  void on_timeout();

  ClientRooms& rooms_;
  Pool& pool_;
  Stage stage_ = Stage::kResolve;
  ResolveId lookup_;
  HappyEyeballs race_;
  ConnectionId connection_;
  TimerId timer_;
  TimePoint begun_at_{};
  TimePoint resolved_at_{};
  TimePoint connected_at_{};
};

}  // namespace halo::http
