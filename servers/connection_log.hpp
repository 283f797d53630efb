#pragma once

#include <string>
#include <system_error>
#include <utility>

#include "reactor/connection.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/log.hpp"

namespace halo {

inline void log_accepted(const LogSink& log, const std::string& peer) {
  log(LogLevel::kInfo, peer + " accepted");
}

inline void log_closed(const LogSink& log, const std::string& peer, std::error_code why) {
  log(LogLevel::kInfo, peer + " closed: " + (why ? why.message() : "orderly"));
}

/// A session that says when it begins and ends, and why. `log` must outlive it.
template <class Session>
class LoggedSession final : public Session {
 public:
  template <class... Args>
  LoggedSession(const LogSink& log, const Endpoint& peer, Args&&... args)
      : Session(std::forward<Args>(args)...), log_(log), peer_(peer.to_string()) {}

  void on_open(Connection& connection) override {
    log_accepted(log_, peer_);
    Session::on_open(connection);
  }

  void on_close(Connection& connection, std::error_code why) override {
    Session::on_close(connection, why);
    log_closed(log_, peer_, why);
  }

 private:
  const LogSink& log_;
  const std::string peer_;
};

}  // namespace halo
