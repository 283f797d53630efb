// Talks to a hello server: prints its welcome, sends names, prints the answers.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "reactor/connection_table.hpp"
#include "reactor/error.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/happy_eyeballs.hpp"
#include "reactor/socket.hpp"
#include "servers/command_line.hpp"
#include "servers/hello_options.hpp"
#include "servers/process.hpp"
#include "tools/client_session.hpp"
#include "tools/datagram_client.hpp"
#include "tools/name_source.hpp"

namespace halo {
namespace {

const std::string kProgram = "hello-client";
/// Bytes of a name in a message about it.
constexpr std::size_t kNameShown = 100;

struct Options : ClientOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 9999;
  bool udp = false;
  std::size_t retries = DatagramClientOptions().retries;
  std::vector<std::string> names;
};

void check(const Options& options) {
  for (const std::string& name : options.names) {
    const std::string_view problem =
        options.udp ? problem_with_datagram(name) : problem_with(name, options.framing);
    if (!problem.empty()) {
      throw command_line::UsageError(
          fmt::format("name '{}': {}", process::escape_control_bytes(name.substr(0, kNameShown)),
                      problem),
          options.udp ? "give a shorter one, or leave out --udp"
                      : "give each name as an argument of its own");
    }
  }
  if (options.udp && options.port == 0) {
    throw command_line::UsageError("nobody has port 0", "give the --port that the server named");
  }
  if (options.udp && options.timeout <= Duration::zero()) {
    throw command_line::UsageError("no answer comes within --timeout 0", "give a longer --timeout");
  }
}

void add_options(CLI::App& app, Options& options) {
  add_endpoint_options(app, options.host, options.port);
  app.get_option("--port")->description("TCP port, or UDP port with --udp");
  add_framing_option(app, options.framing);
  command_line::add_duration(app, "--timeout", options.timeout,
                             "For the connection, the welcome, and each answer");
  CLI::Option* const udp =
      app.add_flag("--udp", options.udp,
                   "Send each name as a datagram, to hello-udp; answers come in any order and are "
                   "printed in that of the names. A port where nobody listens is told at once")
          ->excludes("--framing");
  command_line::add_number<std::size_t>(
      app, "--retries", options.retries, 0, kRetriesMax,
      "With --udp, how often a name is sent again while no answer comes: each wait is twice the "
      "one before, and all together are the --timeout")
      ->needs(udp);
  app.add_option("NAME", options.names,
                 "Names to be greeted by; none: one a line from standard input. After `exit` none "
                 "is sent, but with --udp, where it is a name as any other");
  app.callback([&options] { check(options); });
  app.footer(
      "Examples:\n"
      "  hello-client Lambda Bond alpha       against hello-tcp\n"
      "  hello-client --framing chunk Lambda  against the tutorial's server\n"
      "  hello-client < names.txt             one name a line\n"
      "  hello-client --udp Lambda Bond       against hello-udp, or the tutorial's UDP server\n"
      "  hello-client --udp --timeout 1s --retries 0 Bond   one try, and a second for its answer");
}

/// Connects to the one of `endpoints` that answers first. Fails as HappyEyeballs does.
Result<OwnedFd> connect(EventLoop& loop, const std::vector<Endpoint>& endpoints, Duration timeout) {
  Result<OwnedFd> outcome = std::make_error_code(std::errc::operation_in_progress);
  HappyEyeballsOptions options;
  options.timeout = timeout;
  HappyEyeballs race(loop);
  race.connect(
      endpoints,
      [&loop, &outcome](Result<OwnedFd> socket) {
        outcome = std::move(socket);
        loop.stop();
      },
      options);
  loop.run();
  return outcome;
}

int fail(const std::string& what, const std::string& why, const std::string& fix) {
  command_line::report(kProgram, what, why, fix);
  return command_line::kFailure;
}

/// How it ended, said where that is not well.
int conclude(const ClientOutcome& outcome, const std::string& server) {
  if (outcome.why.empty()) {
    return command_line::kSuccess;
  }
  return fail(fmt::format("{} to {} from {}", counted(outcome.answers, "answer"),
                          counted(outcome.names, "name"), server),
              outcome.why, outcome.fix);
}

int talk_over_tcp(EventLoop& loop, const std::vector<Endpoint>& endpoints, const Options& options,
                  const std::string& server) {
  Result<OwnedFd> socket = connect(loop, endpoints, options.timeout);
  if (!socket) {
    return fail("cannot connect to " + server, socket.error().message(),
                "start a server (hello-tcp), or give --port");
  }
  (void)socket::set_no_delay(socket->get());  // slower, but the same

  NameSource names(loop, options.names);
  ClientOutcome outcome;
  ConnectionOptions connection;
  connection.unread_bytes_max = 2 * NameSource::kNameBytesMax;
  connection.linger_timeout = std::chrono::milliseconds(1);  // after `exit` nothing comes
  ConnectionTable table(loop, connection);
  const Result<Connection*> adopted =
      table.adopt(std::move(*socket), std::make_unique<ClientSession>(names, options, outcome));
  if (!adopted) {
    return fail("cannot talk to " + server, adopted.error().message(), "");
  }
  loop.run();
  return conclude(outcome, server);
}

int talk_over_udp(EventLoop& loop, const std::vector<Endpoint>& endpoints, const Options& options,
                  const std::string& server) {
  NameSource names(loop, options.names);
  DatagramClient client(loop, endpoints, names, {options.timeout, options.retries});
  return conclude(client.run(), server);
}

int run(const Options& options) {
  const Result<std::unique_ptr<EventLoop>> loop = EventLoop::create();
  if (!loop) {
    return fail("cannot start", loop.error().message(), "raise ulimit -n");
  }
  const Result<std::vector<Endpoint>> endpoints = command_line::resolve(options.host, options.port);
  if (!endpoints) {
    return fail(fmt::format("cannot find '{}'", options.host), endpoints.error().message(),
                "give a known name or a numeric address as --host");
  }
  const std::string server = fmt::format("{}:{}", options.host, options.port);
  return (options.udp ? talk_over_udp : talk_over_tcp)(**loop, *endpoints, options, server);
}

}  // namespace
}  // namespace halo

int main(int argc, char** argv) {
  using namespace halo;
  process::prepare();
  Options options;
  CLI::App app("Talks to a hello server: prints its welcome, sends names, prints the answers.",
               kProgram);
  add_options(app, options);
  if (const std::optional<int> code = command_line::parse(app, argc, argv)) {
    return *code;
  }
  return run(options);
}
