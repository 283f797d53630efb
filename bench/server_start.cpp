#include "bench/server_start.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace halo::bench {
namespace {

constexpr Duration kStartLimit = std::chrono::seconds(10);

Result<Endpoint> endpoint_in(std::string_view line) {
  constexpr std::string_view kBefore = "listening on ";
  const std::size_t begin = line.find(kBefore);
  if (begin == std::string_view::npos) {
    return std::make_error_code(std::errc::invalid_argument);
  }
  const std::string_view address = line.substr(begin + kBefore.size());
  return Endpoint::parse(address.substr(0, address.find(' ')));
}

}  // namespace

std::vector<std::string> server_command(const Model& model, const std::filesystem::path& programs) {
  std::vector<std::string> command{(programs / model.program).string(), "--port", "0"};
  command.insert(command.end(), model.arguments.begin(), model.arguments.end());
  return command;
}

StartedServer start_server(EventLoop& loop, const std::vector<std::string>& command,
                           std::optional<int> core, const Interrupt& interrupt) {
  StartedServer server;
  Result<std::unique_ptr<ChildProcess>> started = ChildProcess::start(loop, command, core);
  if (!started) {
    server.failure = "cannot start: " + started.error().message();
    return server;
  }
  server.process = std::move(*started);
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
