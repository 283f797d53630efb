#include "bench/bare_server.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "reactor/socket.hpp"
#include "servers/command_line.hpp"
#include "servers/process.hpp"

namespace halo::bench {
namespace {

extern "C" void end_process(int) { ::_exit(0); }  // nothing is buffered, the kernel cleans up

}  // namespace

int run_bare_server(CLI::App& app, int argc, char** argv, const BareServer& server) {
  const std::string program = app.get_name();
  std::string host = "127.0.0.1";
  std::uint16_t port = 9999;
  app.add_option("--host", host, "Numeric address to listen on")->capture_default_str();
  command_line::add_number<std::uint16_t>(app, "--port", port, 0, UINT16_MAX,
                                          "Port to listen on; 0: any free one");
  if (const std::optional<int> code = command_line::parse(app, argc, argv)) {
    return *code;
  }
  process::prepare();

  const Result<Endpoint> at = Endpoint::parse(host, port);
  if (!at) {
    command_line::report(program, fmt::format("'{}' is not a numeric address", host), "",
                         "--host 127.0.0.1");
    return command_line::kUsage;
  }
  Result<OwnedFd> socket = server.open(*at);
  if (!socket) {
    command_line::report(program, "cannot listen on " + at->to_string(), socket.error().message(),
                         "another --port; 0 takes a free one");
    return command_line::kFailure;
  }
  const Result<Endpoint> local = socket::local_endpoint(socket->get());
  if (!local) {
    command_line::report(program, "no address", local.error().message(), "");
    return command_line::kFailure;
  }
  std::signal(SIGTERM, end_process);
  std::signal(SIGINT, end_process);

  fmt::print("{} listening on {} ({})\n", program, local->to_string(), server.kind);
  std::fflush(stdout);
  server.serve(std::move(*socket));
  return command_line::kSuccess;
}

}  // namespace halo::bench
