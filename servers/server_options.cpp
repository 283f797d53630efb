#include "servers/server_options.hpp"

#include <cstdio>
#include <limits>

#include <fmt/format.h>

#include "reactor/error.hpp"
#include "servers/command_line.hpp"

namespace halo {
namespace {

constexpr std::size_t kCountMax = 1'000'000'000;

}  // namespace

void add_endpoint_options(CLI::App& app, std::string& host, std::uint16_t& port) {
  app.add_option("--host", host, "Address or name")->capture_default_str()->type_name("HOST");
  command_line::add_number<std::uint16_t>(app, "--port", port, 0,
                                          std::numeric_limits<std::uint16_t>::max(), "TCP port");
}

std::string add_limit_options(CLI::App& app, ServerOptions& options) {
  using command_line::add_duration;
  using command_line::add_number;
  std::string limits = "Limits (DURATION: 250us, 10ms, 1.5s, 2m; 0: no limit)";
  add_duration(app, "--idle-timeout", options.idle_timeout,
               "Close a connection without a byte in either direction for so long")
      ->group(limits);
  add_number<std::size_t>(app, "--connections-max", options.connections_max, 1, kCountMax,
                          "Connections at a time; more are closed at once")
      ->group(limits);
  add_duration(app, "--grace", options.grace,
               "On SIGTERM or SIGINT, time to answer what has arrived; then what is left is cut. A "
               "second signal ends the server at once")
      ->group(limits);
  app.add_flag("--log-connections", options.log_connections,
               "Log who connects and why connections end, on standard error");
  return limits;
}

void add_accept_option(CLI::App& app, AcceptMode& accept) {
  command_line::add_choice<AcceptMode>(
      app, "--accept", accept,
      {{"best", AcceptMode::kBest},
       {"handoff", AcceptMode::kHandoff},
       {"reuseport", AcceptMode::kReuseport}},
      "How connections come to the loops: handoff, one loop accepts and gives each loop its turn; "
      "reuseport, each loop listens and the kernel picks one, by default where it does");
}

std::vector<std::pair<std::string, PollerKind>> poller_words() {
  std::vector<std::pair<std::string, PollerKind>> words;
  for (const std::string_view name : {"best", "epoll", "kqueue", "poll"}) {
    if (const Result<PollerKind> kind = parse_poller_kind(name)) {
      words.emplace_back(name, *kind);
    }
  }
  return words;
}

std::optional<Endpoint> listen_endpoint(const std::string& program, const std::string& host,
                                        std::uint16_t port) {
  const Result<std::vector<Endpoint>> endpoints = command_line::resolve(host, port);
  if (!endpoints) {
    command_line::report(program, fmt::format("cannot listen on '{}'", host),
                         endpoints.error().message(),
                         "give an address of this machine, such as --host 127.0.0.1");
    return std::nullopt;
  }
  return endpoints->front();
}

void report_listen_failure(const std::string& program, const Endpoint& at, std::error_code why) {
  std::string fix;
  if (why == std::errc::address_in_use) {
    fix = "stop the server that listens there, or give another --port (0: any free one)";
  } else if (why == std::errc::permission_denied) {
    fix = "give a --port from 1024 on, or run with the right to use lower ones";
  } else if (why == std::errc::address_not_available) {
    fix = "give an address of this machine, such as --host 127.0.0.1";
  } else if (why == std::errc::too_many_files_open) {
    fix = "raise the limit of open files (ulimit -n)";
  } else if (why == Errc::kReuseportUnavailable) {
    fix = "give --accept handoff";
  }
  command_line::report(program, fmt::format("cannot listen on {}", at.to_string()), why.message(),
                       fix);
}

void print_ready(const std::string& program, const Endpoint& at, const std::string& details) {
  fmt::print("{} listening on {} ({})\n", program, at.to_string(), details);
  (void)std::fflush(stdout);  // whoever closed it does not want to know
}

void report_cut(const std::string& program, std::size_t connections, Duration grace) {
  command_line::report(program, fmt::format("cut {}", counted(connections, "connection")),
                       "not done within the grace of " + command_line::format_duration(grace),
                       "give a longer --grace");
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace halo
