#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/http/headers.hpp"
#include "protocols/http/message.hpp"
#include "protocols/http/parser_limits.hpp"
#include "protocols/http/server_response.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/tcp_server.hpp"
#include "reactor/time.hpp"

namespace halo::http {

class ServerShare;

/// A request that has arrived whole. *Lifetime:* views and references: the handler's call.
struct ServerRequest {
  std::string_view method;
  std::string_view target;  ///< as it came: neither decoded nor normalised
  Version version;
  const Headers& headers;
  std::string_view body;
};

/// Answers a request before it returns, `response.send(200, "text/plain", "Hello")`, or takes
/// `response.later()` with it to answer from elsewhere. Where it does neither the peer gets 500.
/// *Thread:* that of the connection's loop; several loops call
/// at the same time.
using RequestHandler = std::function<void(const ServerRequest& request, ServerResponse& response)>;

struct ServerOptions {
  /// The body's maximum bounds what is kept of one request; it is here lower than a client's.
  ParserLimits limits = {.head_bytes_max = 64 * 1024,
                         .line_bytes_max = 16 * 1024,
                         .fields_max = 500,
                         .body_bytes_max = 1024 * 1024};
  /// From a request's first byte to the end of its head, and to its last byte; then 408. Zero:
  /// none.
  Duration head_timeout = std::chrono::seconds(30);
  Duration request_timeout = std::chrono::minutes(5);
};

/// Speaks HTTP/1.1 and 1.0 on the connections of a TcpServer: gives it a handler for each.
/// *Owner:* main, as a rule. *Thread:* `factory` any one. *Lifetime:* the TcpServer's at least.
///
///     http::Server hello([](const http::ServerRequest&, http::ServerResponse& response) {
///       response.send(200, "text/plain", "Hello, World!");
///     });
///     auto server = TcpServer::listen(loops, at, hello.factory());
///
/// 1. Requests of one connection are answered in order, and all that one read brought in one write.
///    While an answer is still to come from elsewhere, the next request waits for it.
/// 2. What is wrong is answered (400, 408, 413, 414, 431, 501, 505), then the connection closes.
/// 3. A connection without a request in progress holds no parser; each loop keeps a few for use.
class Server {
 public:
  explicit Server(RequestHandler handler, const ServerOptions& options = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// What makes a ServerSession for each connection.
  HandlerFactory factory();

 private:
  friend class ServerSession;

  ServerShare& share_of(EventLoop& loop);

  const RequestHandler handler_;
  const ServerOptions options_;
  std::mutex mutex_;
  std::vector<std::pair<EventLoop*, std::unique_ptr<ServerShare>>> shares_;  // under mutex_
};

}  // namespace halo::http
