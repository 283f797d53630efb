// http-plain-body: a download by system calls alone, either end of it: whom
// tools/compare-http-clients has the clients ask, and the floor that it compares them with.

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/http_client/plain_body.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/socket.hpp"
#include "servers/command_line.hpp"
#include "servers/process.hpp"

namespace halo::bench {
namespace {

const std::string kProgram = "http-plain-body";
constexpr std::size_t kBodyBytesMax = std::size_t{1} << 40;
constexpr int kBacklog = 64;

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::size_t bytes = std::size_t{1} << 30;
  bool receive = false;
};

std::optional<int> parse(Options& options, int argc, const char* const* argv) {
  CLI::App app(
      "Sends a body to whoever connects, one at a time, as fast as blocking writes go; or with\n"
      "--receive asks such a server and reads until the end. No parser, no loop: the floor "
      "beneath\n"
      "any client.\n",
      kProgram);
  app.add_option("--host", options.host, "Numeric address")->capture_default_str();
  command_line::add_number<std::uint16_t>(app, "--port", options.port, 0, UINT16_MAX,
                                          "TCP port; 0, for the server: any free one");
  command_line::add_number<std::size_t>(app, "--bytes", options.bytes, 1, kBodyBytesMax,
                                        "Of the body; with --receive those that must come");
  app.add_flag("--receive", options.receive, "Ask, and receive");
  return command_line::parse(app, argc, argv);
}

int fail(const std::string& what, std::error_code error) {
  command_line::report(kProgram, what, error.message(), "");
  return command_line::kFailure;
}

int serve(const Endpoint& at, std::uint64_t bytes) {
  const Result<OwnedFd> listener = socket::listen(at, kBacklog);
  if (!listener) {
    return fail("cannot listen on " + at.to_string(), listener.error());
  }
  const Result<Endpoint> local = socket::local_endpoint(listener->get());
  if (!local) {
    return fail("no address", local.error());
  }
  if (const std::error_code error = socket::set_blocking(listener->get(), true)) {
    return fail("cannot wait for connections", error);
  }
  fmt::print("{} listening on {}\n", kProgram, local->to_string());
  std::fflush(stdout);
  return fail("cannot accept", serve_bodies(listener->get(), bytes));
}

int receive(const Endpoint& from, std::uint64_t bytes) {
  const Result<std::uint64_t> received = receive_body(from);
  if (!received) {
    return fail("cannot receive from " + from.to_string(), received.error());
  }
  if (*received != bytes) {
    command_line::report(kProgram, fmt::format("received {} bytes of {}", *received, bytes), "",
                         "the --bytes of the server");
    return command_line::kFailure;
  }
  return command_line::kSuccess;
}

}  // namespace
}  // namespace halo::bench

int main(int argc, char** argv) {
  using namespace halo;
  process::prepare();
  bench::Options options;
  if (const std::optional<int> code = bench::parse(options, argc, argv)) {
    return *code;
  }
  const Result<Endpoint> at = Endpoint::parse(options.host, options.port);
  if (!at) {
    command_line::report(bench::kProgram,
                         fmt::format("'{}' is not a numeric address", options.host), "",
                         "--host 127.0.0.1");
    return command_line::kUsage;
  }
  process::exit_at({SIGINT, SIGTERM});
  return options.receive ? bench::receive(*at, options.bytes) : bench::serve(*at, options.bytes);
}
