#include "servers/hello_options.hpp"

#include <cstdio>
#include <limits>
#include <system_error>

#include <fmt/format.h>

#include "reactor/error.hpp"
#include "servers/command_line.hpp"

namespace halo {
namespace {

// A line and its answer must fit into the buffers of a connection.
constexpr std::size_t kLineBytesMaxMax = std::size_t{256} * 1024 * 1024;
constexpr std::size_t kCountMax = 1'000'000'000;

}  // namespace

void add_endpoint_options(CLI::App& app, std::string& host, std::uint16_t& port) {
  app.add_option("--host", host, "Address or name")->capture_default_str()->type_name("HOST");
  command_line::add_number<std::uint16_t>(app, "--port", port, 0,
                                          std::numeric_limits<std::uint16_t>::max(), "TCP port");
}

void add_framing_option(CLI::App& app, hello::Framing& framing) {
  command_line::add_choice<hello::Framing>(
      app, "--framing", framing,
      {{"line", hello::Framing::kLine}, {"chunk", hello::Framing::kChunk}},
      "How messages are cut: at each LF, or one read of at most 1024 bytes each, as the tutorial "
      "does");
}

void add_loop_guard_option(CLI::App& app, hello::LoopGuard& guard) {
  command_line::add_choice<hello::LoopGuard>(
      app, "--loop-guard", guard, {{"on", hello::LoopGuard::kOn}, {"off", hello::LoopGuard::kOff}},
      "Answer neither what has the form of an answer nor the server itself, so that two servers "
      "cannot keep each other busy for ever");
}

void add_server_options(CLI::App& app, HelloServerOptions& options) {
  using command_line::add_duration;
  using command_line::add_number;
  add_endpoint_options(app, options.host, options.port);
  app.get_option("--port")->description("TCP port; 0: a free one, which the first line names");
  add_framing_option(app, options.framing);
  command_line::add_parsed<hello::Work>(
      app, "--work", options.work, parse_work, "none|sleep:DURATION|cpu:DURATION", "none",
      "What is done for each message before its answer, in place of a real handler");
  const std::string limits = "Limits (DURATION: 250us, 10ms, 1.5s, 2m; 0: no limit)";
  add_number<std::size_t>(app, "--line-max", options.line_bytes_max, 1, kLineBytesMaxMax,
                          "Bytes of the longest line")
      ->group(limits);
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

std::optional<hello::Work> parse_work(std::string_view text) {
  if (text == "none") {
    return hello::Work{};
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const std::optional<Duration> duration = command_line::parse_duration(text.substr(colon + 1));
  if (!duration) {
    return std::nullopt;
  }
  const std::string_view kind = text.substr(0, colon);
  if (kind == "sleep") {
    return hello::Work{hello::Work::Kind::kSleep, *duration};
  }
  if (kind == "cpu") {
    return hello::Work{hello::Work::Kind::kCpu, *duration};
  }
  return std::nullopt;
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
