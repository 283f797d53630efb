// hello over TCP, event-driven: a fixed number of loops serves all connections.

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "protocols/hello/hello_session.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/tcp_server.hpp"
#include "reactor/worker_pool.hpp"
#include "servers/command_line.hpp"
#include "servers/connection_log.hpp"
#include "servers/hello_options.hpp"
#include "servers/process.hpp"
#include "servers/serving_loops.hpp"
#include "servers/work_options.hpp"

namespace halo {
namespace {

const std::string kProgram = "hello-tcp";

struct Options : HelloServerOptions {
  std::size_t loops = process::usable_processors();
  PollerKind poller = PollerKind::kBest;
  AcceptMode accept = AcceptMode::kBest;
  WorkPlace work_place;
  std::size_t connections_per_address_max = 0;
  Duration message_timeout{};
};

constexpr std::size_t kLoopsMax = 1024;
constexpr std::size_t kConnectionsPerAddressMax = 1'000'000'000;

void add_options(CLI::App& app, Options& options) {
  using command_line::add_number;
  add_server_options(app, options);
  add_number<std::size_t>(app, "--loops", options.loops, 1, kLoopsMax,
                          "Event loops, each on one thread; by default one for each "
                          "processor");
  command_line::add_choice<PollerKind>(app, "--poller", options.poller, poller_words(),
                                       "The kernel's interface to wait with");
  add_accept_option(app, options.accept);
  add_work_place_options(app, options.work_place);
  const std::string limits = app.get_option("--grace")->get_group();
  add_number<std::size_t>(app, "--connections-per-address", options.connections_per_address_max, 0,
                          kConnectionsPerAddressMax,
                          "Connections at a time from one address; 0: no limit")
      ->group(limits);
  command_line::add_duration(app, "--message-timeout", options.message_timeout,
                             "Close a connection whose message is not complete so long after its "
                             "first byte")
      ->group(limits);
  app.callback([&options] { check_work(options.work, options.work_place); });
  app.footer(
      "Examples:\n"
      "  hello-tcp                                                 lines, on 127.0.0.1:9999\n"
      "  hello-tcp --framing chunk                                 for the tutorial's client\n"
      "  hello-tcp --work sleep:1s --work-on timer                 as the tutorial's server, "
      "without its threads\n"
      "  hello-tcp --work cpu:200us --work-on workers --workers 4  for work that computes\n"
      "Try it: hello-client Lambda Bond, or nc 127.0.0.1 9999");
}

TcpServerOptions server_options(const Options& options, const LogSink& log) {
  TcpServerOptions server;
  ConnectionOptions& connection = server.connection;
  connection.idle_timeout = options.idle_timeout;
  connection.message_timeout = options.message_timeout;
  // A line that the decoder takes, with its CR and LF, and its answer must fit.
  connection.unread_bytes_max = std::max(connection.unread_bytes_max, options.line_bytes_max + 2);
  connection.unsent_bytes_max = std::max(connection.unsent_bytes_max, 2 * options.line_bytes_max);
  server.accept = options.accept;
  server.connections_max = options.connections_max;
  server.connections_per_address_max = options.connections_per_address_max;
  server.log = log;
  return server;
}

HandlerFactory make_factory(const Options& options, const hello::HelloOptions& session,
                            const LogSink& log) {
  if (!options.log_connections) {
    return [&session](EventLoop&, const Endpoint&) { return make_hello_session(session); };
  }
  return [&session, &log](EventLoop&, const Endpoint& peer) -> std::unique_ptr<ConnectionHandler> {
    if (session.framing == hello::Framing::kChunk) {
      using Session = hello::HelloSession<hello::ChunkDecoder>;
      return std::make_unique<LoggedSession<Session>>(log, peer, session);
    }
    using Session = hello::HelloSession<hello::LineDecoder>;
    return std::make_unique<LoggedSession<Session>>(log, peer, session);
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
  // A connection has one message at work, so the queue is never full.
  if (!start_workers(kProgram, options.work_place, options.connections_max, workers)) {
    return command_line::kFailure;
  }
  const hello::HelloOptions session{options.framing, options.line_bytes_max, options.work,
                                    options.work_place.on, workers ? &*workers : nullptr};

  return serve_until_signal(kProgram, *serving, *at, make_factory(options, session, log),
                            server_options(options, log), options.work_place.workers,
                            options.grace);
}

}  // namespace
}  // namespace halo

int main(int argc, char** argv) {
  using namespace halo;
  process::prepare();
  Options options;
  CLI::App app("Answers names over TCP, event-driven: a few loops serve all connections.",
               kProgram);
  add_options(app, options);
  if (const std::optional<int> code = command_line::parse(app, argc, argv)) {
    return *code;
  }
  return run(options);
}
