// hello over HTTP, event-driven: GET / and GET /hello/NAME.

#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "protocols/http/llhttp_version.hpp"
#include "protocols/http/server.hpp"
#include "protocols/http/server_session.hpp"
#include "reactor/loop_pool.hpp"
#include "reactor/tcp_server.hpp"
#include "servers/command_line.hpp"
#include "servers/connection_log.hpp"
#include "servers/greeting_target.hpp"
#include "servers/process.hpp"
#include "servers/server_options.hpp"
#include "servers/serving_loops.hpp"

namespace halo {
namespace {

const std::string kProgram = "hello-http";

constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::size_t kLoopsMax = 1024;
constexpr std::size_t kBodyBytesMaxMax = std::size_t{1} << 30;

struct Options : ServerOptions {
  std::size_t loops = process::usable_processors();
  PollerKind poller = PollerKind::kBest;
  AcceptMode accept = AcceptMode::kBest;
  std::size_t body_bytes_max = 1024 * 1024;
  Duration head_timeout = std::chrono::seconds(30);
  Duration request_timeout = std::chrono::minutes(5);
};

void add_options(CLI::App& app, Options& options) {
  using command_line::add_duration;
  using command_line::add_number;
  options.port = 8080;
  options.idle_timeout = std::chrono::seconds(75);
  add_endpoint_options(app, options.host, options.port);
  app.get_option("--port")->description("TCP port; 0: a free one, which the first line names");
  add_number<std::size_t>(app, "--loops", options.loops, 1, kLoopsMax,
                          "Event loops, each on one thread; by default one for each processor");
  command_line::add_choice<PollerKind>(app, "--poller", options.poller, poller_words(),
                                       "The kernel's interface to wait with");
  add_accept_option(app, options.accept);
  const std::string limits = add_limit_options(app, options);
  add_number<std::size_t>(app, "--body-max", options.body_bytes_max, 0, kBodyBytesMaxMax,
                          "Bytes of the largest request body; more is answered with 413")
      ->group(limits);
  add_duration(app, "--head-timeout", options.head_timeout,
               "Answer 408 where a request's head is not complete so long after its first byte")
      ->group(limits);
  add_duration(app, "--request-timeout", options.request_timeout,
               "Answer 408 where a request is not complete so long after its first byte")
      ->group(limits);
  app.footer(
      fmt::format("Paths: /, /hello/NAME, /healthz. Built with llhttp {}.\n"
                  "Examples:\n"
                  "  hello-http                          on 127.0.0.1:8080\n"
                  "  hello-http --loops 1 --port 0       one thread, a free port\n"
                  "Try it: curl http://127.0.0.1:8080/hello/Bond",
                  http::llhttp_version()));
}

void answer(const http::ServerRequest& request, http::ServerResponse& response) {
  const std::string_view path = path_of(request.target);
  const bool health = path == "/healthz";
  std::string room;
  const std::optional<std::string_view> name = health ? std::nullopt : greeted_name(path, room);
  if (!health && !name) {
    response.send(404, kText, "Not Found: try /, /hello/NAME or /healthz\n");
    return;
  }
  if (request.method != "GET" && request.method != "HEAD") {
    (void)response.add_header("Allow", "GET, HEAD");  // cannot fail: it is well-formed
    response.send(405, kText, "Method Not Allowed: GET or HEAD\n");
    return;
  }
  if (health) {
    response.send(200, kText, "ok\n");
    return;
  }
  response.send(200, kText, {"Hello, ", *name, "!"});
}

TcpServerOptions server_options(const Options& options, const LogSink& log) {
  TcpServerOptions server;
  server.connection.idle_timeout = options.idle_timeout;
  server.accept = options.accept;
  server.connections_max = options.connections_max;
  server.log = log;
  return server;
}

HandlerFactory make_factory(const Options& options, http::Server& server, const LogSink& log) {
  if (!options.log_connections) {
    return server.factory();
  }
  return [&server, &log](EventLoop& loop, const Endpoint& peer) {
    return std::make_unique<LoggedSession<http::ServerSession>>(log, peer, server, loop);
  };
}

/// Serves until SIGTERM or SIGINT, then drains.
int run(const Options& options) {
  const LogSink log = process::log_to_stderr(kProgram);
  const std::optional<Endpoint> at = listen_endpoint(kProgram, options.host, options.port);
  if (!at) {
    return command_line::kFailure;
  }
  http::ServerOptions http_options;
  http_options.limits.body_bytes_max = options.body_bytes_max;
  http_options.head_timeout = options.head_timeout;
  http_options.request_timeout = options.request_timeout;
  http::Server hello(answer, http_options);

  const std::unique_ptr<ServingLoops> serving =
      ServingLoops::start(kProgram, options.loops, options.poller);
  if (serving == nullptr) {
    return command_line::kFailure;
  }
  const Result<std::unique_ptr<TcpServer>> server = TcpServer::listen(
      serving->pool(), *at, make_factory(options, hello, log), server_options(options, log));
  if (!server) {
    report_listen_failure(kProgram, *at, server.error());
    return command_line::kFailure;
  }
  print_ready(
      kProgram, (*server)->local_endpoint(),
      fmt::format("{}, {}", serving->pool().loop(0).poller_name(), counted(options.loops, "loop")));
  serving->run();
  if (const std::size_t cut = (*server)->drain_and_stop(options.grace)) {
    report_cut(kProgram, cut, options.grace);
  }
  return command_line::kSuccess;
}

}  // namespace
}  // namespace halo

int main(int argc, char** argv) {
  using namespace halo;
  process::prepare();
  Options options;
  CLI::App app("Answers names over HTTP/1.1, event-driven: a few loops serve all connections.",
               kProgram);
  add_options(app, options);
  if (const std::optional<int> code = command_line::parse(app, argc, argv)) {
    return *code;
  }
  return run(options);
}
