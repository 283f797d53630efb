#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "protocols/http/server.hpp"
#include "protocols/http/server_session.hpp"
#include "reactor/connection_table.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo::http {

/// A server whose handler the test writes, and clients of it.
class ServerTest : public test::OnEveryPoller {
 protected:
  struct Client {
    OwnedFd socket;
    ConnectionId connection;  // the server's side
    std::string heard;
    bool ended = false;
  };

  ~ServerTest() override { connections_.reset(); }

  static std::string get(std::string_view target, std::string_view more = "") {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" + std::string(more) + "\r\n";
  }

  void serve(RequestHandler handler, ConnectionOptions options = {},
             const ServerOptions& server_options = {}) {
    server_.emplace(std::move(handler), server_options);
    connections_.emplace(*loop_, options);
  }

  Client connect() { return connect(test::unix_pair()); }

  Client connect(test::SocketPair pair) {
    const Result<Connection*> connection = connections_->adopt(
        std::move(pair.ours), std::make_unique<ServerSession>(*server_, *loop_));
    EXPECT_TRUE(connection);
    return {std::move(pair.peer), (*connection)->id(), "", false};
  }

  void say(Client& client, std::string_view bytes) {
    test::write_all(client.socket.get(), bytes);
    settle(client);
  }

  void settle(Client& client) {
    test::run_while_busy(*loop_);
    client.ended = test::read_into(client.socket.get(), client.heard) || client.ended;
  }

  std::optional<Server> server_;
  std::optional<ConnectionTable> connections_;
};

}  // namespace halo::http
