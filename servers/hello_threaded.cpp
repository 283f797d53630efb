// hello over TCP, thread-per-connection: the naive model that hello-tcp is compared with.

#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "servers/command_line.hpp"
#include "servers/hello_options.hpp"
#include "servers/process.hpp"
#include "servers/threaded_server.hpp"

namespace halo {
namespace {

const std::string kProgram = "hello-threaded";

void add_options(CLI::App& app, HelloServerOptions& options) {
  add_server_options(app, options);
  app.footer(
      "The work is done on the connection's own thread.\n"
      "Examples:\n"
      "  hello-threaded                                  lines, on 127.0.0.1:9999\n"
      "  hello-threaded --framing chunk --work sleep:1s  as the tutorial's server\n"
      "Try it: hello-client Lambda Bond, or nc 127.0.0.1 9999");
}

/// Serves until SIGTERM or SIGINT, then drains. All threads but this one have them blocked.
int run(const HelloServerOptions& options, const process::BlockedSignals& signals) {
  const std::optional<Endpoint> at = listen_endpoint(kProgram, options.host, options.port);
  if (!at) {
    return command_line::kFailure;
  }
  const ThreadedServerOptions server_options{
      {options.framing, options.line_bytes_max, options.work, options.idle_timeout},
      options.connections_max,
      options.log_connections,
      process::log_to_stderr(kProgram)};
  const Result<std::unique_ptr<ThreadedServer>> listening =
      ThreadedServer::listen(*at, server_options);
  if (!listening) {
    report_listen_failure(kProgram, *at, listening.error());
    return command_line::kFailure;
  }
  ThreadedServer& server = **listening;
  server.start();
  print_ready(kProgram, server.local_endpoint(), "one thread per connection");
  signals.wait();

  process::exit_at({SIGTERM, SIGINT});  // a second one
  signals.unblock();
  const ThreadedServer::Drained drained = server.drain_and_stop(options.grace);
  if (drained.cut > 0) {
    report_cut(kProgram, drained.cut, options.grace);
  }
  if (drained.stuck > 0) {
    std::_Exit(command_line::kSuccess);  // their threads use what a return would destroy
  }
  return command_line::kSuccess;
}

}  // namespace
}  // namespace halo

int main(int argc, char** argv) {
  using namespace halo;
  process::prepare();
  HelloServerOptions options;
  CLI::App app("Answers names over TCP, the naive way: a thread for each connection.", kProgram);
  add_options(app, options);
  if (const std::optional<int> code = command_line::parse(app, argc, argv)) {
    return *code;
  }
  const process::BlockedSignals signals({SIGTERM, SIGINT});
  try {
    return run(options, signals);
  } catch (const std::system_error& error) {  // std::thread's way to say that there is none
    command_line::report(kProgram, "cannot start", error.code().message(), "raise ulimit -u");
    return command_line::kFailure;
  }
}
