// Talks to a hello server: prints its welcome, sends names, prints the answers.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "reactor/connection_table.hpp"
#include "reactor/connector.hpp"
#include "reactor/error.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/socket.hpp"
#include "servers/command_line.hpp"
#include "servers/hello_options.hpp"
#include "servers/process.hpp"
#include "tools/client_session.hpp"
#include "tools/name_source.hpp"

namespace halo {
namespace {

const std::string kProgram = "hello-client";

struct Options : ClientOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 9999;
  std::vector<std::string> names;
};

void check(const Options& options) {
  for (const std::string& name : options.names) {
    const std::string_view problem = problem_with(name, options.framing);
    if (!problem.empty()) {
      throw command_line::UsageError(
          fmt::format("name '{}': {}", process::escape_control_bytes(name), problem),
          "give each name as an argument of its own");
    }
  }
}

void add_options(CLI::App& app, Options& options) {
  add_endpoint_options(app, options.host, options.port);
  add_framing_option(app, options.framing);
  command_line::add_duration(app, "--timeout", options.timeout,
                             "For the connection, the welcome, and each answer");
  app.add_option("NAME", options.names,
                 "Names to be greeted by; none: one a line from standard input. After `exit` none "
                 "is sent");
  app.callback([&options] { check(options); });
  app.footer(
      "Examples:\n"
      "  hello-client Lambda Bond alpha       against hello-tcp\n"
      "  hello-client --framing chunk Lambda  against the tutorial's server\n"
      "  hello-client < names.txt             one name a line");
}

/// Connects to the first of `endpoints` that takes it. Fails as the last one does.
Result<OwnedFd> connect(EventLoop& loop, const std::vector<Endpoint>& endpoints, Duration timeout) {
  Result<OwnedFd> outcome = std::make_error_code(std::errc::destination_address_required);
  ConnectOptions options;
  options.timeout = timeout;
  for (const Endpoint& endpoint : endpoints) {
    Connector connector(loop);
    connector.connect(
        endpoint,
        [&loop, &outcome](Result<OwnedFd> socket) {
          outcome = std::move(socket);
          loop.stop();
        },
        options);
    loop.run();
    if (outcome) {
      break;
    }
  }
  return outcome;
}

int fail(const std::string& what, const std::string& why, const std::string& fix) {
  command_line::report(kProgram, what, why, fix);
  return command_line::kFailure;
}

int run(const Options& options) {
  const std::string server = fmt::format("{}:{}", options.host, options.port);
  const Result<std::unique_ptr<EventLoop>> made_loop = EventLoop::create();
  if (!made_loop) {
    return fail("cannot start", made_loop.error().message(), "raise ulimit -n");
  }
  EventLoop& loop = **made_loop;
  const Result<std::vector<Endpoint>> endpoints = command_line::resolve(options.host, options.port);
  if (!endpoints) {
    return fail(fmt::format("cannot find '{}'", options.host), endpoints.error().message(),
                "give a known name or a numeric address as --host");
  }
  Result<OwnedFd> socket = connect(loop, *endpoints, options.timeout);
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
  if (!outcome.why.empty()) {
    return fail(fmt::format("{} to {} from {}", counted(outcome.answers, "answer"),
                            counted(outcome.names, "name"), server),
                outcome.why, outcome.fix);
  }
  return command_line::kSuccess;
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
