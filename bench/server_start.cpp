#include "bench/server_start.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "bench/loop_steps.hpp"
#include "reactor/connector.hpp"
#include "reactor/error.hpp"

namespace halo::bench {
namespace {

constexpr Duration kStartLimit = std::chrono::seconds(10);
constexpr Duration kRetryInterval = std::chrono::milliseconds(10);

Result<Endpoint> endpoint_in(std::string_view line) {
  constexpr std::string_view kBefore = "listening on ";
  const std::size_t begin = line.find(kBefore);
  if (begin == std::string_view::npos) {
    return std::make_error_code(std::errc::invalid_argument);
  }
  const std::string_view address = line.substr(begin + kBefore.size());
  return Endpoint::parse(address.substr(0, address.find(' ')));
}

/// Why one attempt to connect failed; nothing: it did not.
std::error_code try_to_connect(EventLoop& loop, const Endpoint& to) {
  Connector connector(loop);
  std::optional<std::error_code> outcome;
  connector.connect(
      to, [&outcome](const Result<OwnedFd>& socket) { outcome = socket.error(); },
      ConnectOptions{kStartLimit, {}});
  (void)run_until(loop, kStartLimit, [&outcome] { return outcome.has_value(); });
  return outcome.value_or(make_error_code(Errc::kConnectTimeout));
}

/// Until somebody accepts there, the server has ended, or for kStartLimit.
std::error_code await_listening(EventLoop& loop, const StartedServer& server,
                                const Interrupt& interrupt) {
  const TimePoint deadline = saturating_add(loop.now(), kStartLimit);
  std::error_code why = try_to_connect(loop, server.endpoint);
  while (why && server.process->running() && !interrupt && loop.now() < deadline) {
    (void)run_until(loop, kRetryInterval, [] { return false; });
    why = try_to_connect(loop, server.endpoint);
  }
  return why;
}

}  // namespace

std::vector<std::string> server_command(const Model& model, const std::filesystem::path& programs) {
  if (!model.shell.empty()) {
    return {"/bin/sh", "-c", "exec " + model.shell};  // so that it is the process that we look at
  }
  std::vector<std::string> command{(programs / model.program).string(), "--port", "0"};
  command.insert(command.end(), model.arguments.begin(), model.arguments.end());
  return command;
}

StartedServer start_server(EventLoop& loop, const Model& model,
                           const std::filesystem::path& programs, std::optional<int> core,
                           const Interrupt& interrupt) {
  StartedServer server;
  Result<std::unique_ptr<ChildProcess>> started =
      ChildProcess::start(loop, server_command(model, programs), core);
  if (!started) {
    server.failure = "cannot start: " + started.error().message();
    return server;
  }
  server.process = std::move(*started);
  if (model.port) {
    server.endpoint = Endpoint::loopback_v4(*model.port);
    const std::error_code why = await_listening(loop, server, interrupt);
    server.failure =
        why ? fmt::format("nothing listens on {}: {}", server.endpoint.to_string(), why.message())
            : "";
    return server;
  }
  const std::string line = server.process->first_line(kStartLimit, interrupt).value_or("");
  const Result<Endpoint> endpoint = endpoint_in(line);
  if (endpoint) {
    server.endpoint = *endpoint;
  } else {
    server.failure = fmt::format("said '{}', not where it listens", line);
  }
  return server;
}

}  // namespace halo::bench
