#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "reactor/endpoint.hpp"
#include "reactor/poller.hpp"
#include "reactor/tcp_server.hpp"
#include "reactor/time.hpp"

namespace halo {

/// What every server over TCP can be told, with its defaults.
struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 9999;
  Duration idle_timeout{};
  std::size_t connections_max = 100'000;
  Duration grace = std::chrono::seconds(10);
  bool log_connections = false;
};

/// --host and --port, of a server or of the server to talk to.
void add_endpoint_options(CLI::App& app, std::string& host, std::uint16_t& port);

/// The limits of ServerOptions, as the group of options that this returns the name of, and
/// --log-connections.
std::string add_limit_options(CLI::App& app, ServerOptions& options);

/// --accept.
void add_accept_option(CLI::App& app, AcceptMode& accept);

/// The pollers of this system, by name, for --poller.
std::vector<std::pair<std::string, PollerKind>> poller_words();

/// Where to listen. Nothing when the host is unknown, which one line of `program` has said.
std::optional<Endpoint> listen_endpoint(const std::string& program, const std::string& host,
                                        std::uint16_t port);

/// Says on one line why `program` cannot listen, and what to do.
void report_listen_failure(const std::string& program, const Endpoint& at, std::error_code why);

/// Prints "<program> listening on <at> (<details>)" as the first line on standard output, at once,
/// so that whoever started the server knows that it is ready and where.
void print_ready(const std::string& program, const Endpoint& at, const std::string& details);

/// Says on one line how many connections were cut at the end of the grace.
void report_cut(const std::string& program, std::size_t connections, Duration grace);

/// "1 loop", "2 loops".
std::string counted(std::size_t count, std::string_view noun);

}  // namespace halo
