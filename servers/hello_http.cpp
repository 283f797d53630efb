// hello over HTTP, event-driven: GET / and GET /hello/NAME.

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "protocols/http/llhttp_version.hpp"
#include "protocols/http/server.hpp"
#include "protocols/http/server_session.hpp"
#include "reactor/tcp_server.hpp"
#include "reactor/worker_pool.hpp"
#include "servers/command_line.hpp"
#include "servers/connection_log.hpp"
#include "servers/greeting_handler.hpp"
#include "servers/process.hpp"
#include "servers/server_options.hpp"
#include "servers/serving_loops.hpp"
#include "servers/work_options.hpp"

namespace halo {
namespace {

const std::string kProgram = "hello-http";

constexpr std::size_t kLoopsMax = 1024;
constexpr std::size_t kBodyBytesMaxMax = std::size_t{1} << 30;

struct Options : ServerOptions {
  std::size_t loops = process::usable_processors();
  PollerKind poller = PollerKind::kBest;
  AcceptMode accept = AcceptMode::kBest;
  hello::Work work{};
  WorkPlace work_place;
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
  add_work_option(app, options.work, "request");
  add_work_place_options(app, options.work_place);
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
  app.callback([&options] { check_work(options.work, options.work_place); });
  app.footer(
      fmt::format("Paths: /, /hello/NAME, /healthz. Built with llhttp {}.\n"
                  "Examples:\n"
                  "  hello-http                                     on 127.0.0.1:8080\n"
                  "  hello-http --loops 1 --port 0                  one thread, a free port\n"
                  "  hello-http --work sleep:10ms --work-on timer   for work that waits\n"
                  "  hello-http --work cpu:200us --work-on workers --workers 4\n"
                  "                                                 for work that computes\n"
                  "Try it: curl http://127.0.0.1:8080/hello/Bond",
                  http::llhttp_version()));
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
  // In this order, so that they go in the other one: what posts goes before the loops do.
  const std::unique_ptr<ServingLoops> serving =
      ServingLoops::start(kProgram, options.loops, options.poller);
  if (serving == nullptr) {
    return command_line::kFailure;
  }
  std::optional<WorkerPool> workers;
  // A connection has one request at work; the queue is full only of those that have gone.
  if (!start_workers(kProgram, options.work_place, options.connections_max, workers)) {
    return command_line::kFailure;
  }
  http::ServerOptions http_options;
  http_options.limits.body_bytes_max = options.body_bytes_max;
  http_options.head_timeout = options.head_timeout;
  http_options.request_timeout = options.request_timeout;
  http::Server hello(
      greet_after(options.work, options.work_place.on, workers ? &*workers : nullptr),
      http_options);

  return serve_until_signal(kProgram, *serving, *at, make_factory(options, hello, log),
                            server_options(options, log), options.work_place.workers,
                            options.grace);
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
