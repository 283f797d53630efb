// hello over TCP, a thread for each connection or a fixed number of them, or over UDP, one blocking
// thread: the naive models that hello-tcp and hello-udp are compared with.

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "servers/blocking_udp_server.hpp"
#include "servers/command_line.hpp"
#include "servers/hello_options.hpp"
#include "servers/process.hpp"
#include "servers/threaded_server.hpp"

namespace halo {
namespace {

const std::string kProgram = "hello-threaded";

constexpr std::size_t kThreadsMax = 10'000;

struct Options : HelloServerOptions {
  bool udp = false;
  std::size_t threads = 0;
  hello::LoopGuard loop_guard = hello::LoopGuard::kOn;
};

void add_options(CLI::App& app, Options& options) {
  add_server_options(app, options);
  app.get_option("--port")->description(
      "TCP port, or UDP port with --udp; 0: a free one, which the first line names");
  CLI::Option* const udp =
      app.add_flag("--udp", options.udp,
                   "Answer datagrams: one thread, one blocking socket, one datagram at a time");
  command_line::add_number<std::size_t>(
      app, "--threads", options.threads, 0, kThreadsMax,
      "A fixed number, each of which serves one connection until its end, while further ones wait; "
      "0: one for each connection");
  for (const char* const of_streams : {"--framing", "--line-max", "--idle-timeout",
                                       "--connections-max", "--log-connections", "--threads"}) {
    udp->excludes(of_streams);
  }
  add_loop_guard_option(app, options.loop_guard);
  app.get_option("--loop-guard")->needs(udp);
  app.footer(
      "The work is done on the connection's own thread; with --udp on the only one, while all\n"
      "others wait. With --udp the end prints the counters on one line of standard error, and on\n"
      "--host 0.0.0.0 answers leave from an address that the kernel picks: hello-udp does better.\n"
      "Examples:\n"
      "  hello-threaded                                  lines, on 127.0.0.1:9999\n"
      "  hello-threaded --framing chunk --work sleep:1s  as the tutorial's server\n"
      "  hello-threaded --threads 16                     a pool: the 17th connection waits\n"
      "  hello-threaded --udp                            as the tutorial's UDP server\n"
      "Try it: hello-client Lambda Bond, or nc 127.0.0.1 9999; hello-client --udp Lambda Bond");
}

/// Serves until SIGTERM or SIGINT, then drains. All threads but this one have them blocked.
int serve_streams(const Options& options, const Endpoint& at) {
  const process::BlockedSignals signals({SIGTERM, SIGINT});
  const ThreadedServerOptions server_options{
      {options.framing, options.line_bytes_max, options.work, options.idle_timeout},
      options.connections_max,
      options.threads,
      options.log_connections,
      process::log_to_stderr(kProgram)};
  const Result<std::unique_ptr<ThreadedServer>> listening =
      ThreadedServer::listen(at, server_options);
  if (!listening) {
    report_listen_failure(kProgram, at, listening.error());
    return command_line::kFailure;
  }
  ThreadedServer& server = **listening;
  server.start();
  print_ready(
      kProgram, server.local_endpoint(),
      options.threads == 0 ? "one thread per connection" : counted(options.threads, "thread"));
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

/// The same for datagrams. There is one thread, also for the signals.
int serve_datagrams(const Options& options, const Endpoint& at) {
  Result<BlockingUdpServer> server =
      BlockingUdpServer::bind(at, {.guard = options.loop_guard, .work = options.work});
  if (!server) {
    report_listen_failure(kProgram, at, server.error());
    return command_line::kFailure;
  }
  process::stop_waiting_at({SIGTERM, SIGINT}, server->native_handle());
  print_ready(kProgram, server->local_endpoint(), "one thread, datagrams");
  if (!server->serve(options.grace)) {
    command_line::report(
        kProgram, "left datagrams unanswered",
        "not done within the grace of " + command_line::format_duration(options.grace),
        "give a longer --grace");
  }
  process::log_to_stderr(kProgram)(LogLevel::kInfo, server->counters().to_string());
  return command_line::kSuccess;
}

int run(const Options& options) {
  const std::optional<Endpoint> at = listen_endpoint(kProgram, options.host, options.port);
  if (!at) {
    return command_line::kFailure;
  }
  return (options.udp ? serve_datagrams : serve_streams)(options, *at);
}

}  // namespace
}  // namespace halo

int main(int argc, char** argv) {
  using namespace halo;
  process::prepare();
  Options options;
  CLI::App app(
      "Answers names the naive way: over TCP a thread for each connection, over UDP one for all.",
      kProgram);
  add_options(app, options);
  if (const std::optional<int> code = command_line::parse(app, argc, argv)) {
    return *code;
  }
  try {
    return run(options);
  } catch (const std::system_error& error) {  // std::thread's way to say that there is none
    command_line::report(kProgram, "cannot start", error.code().message(), "raise ulimit -u");
    return command_line::kFailure;
  }
}
