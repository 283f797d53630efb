#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "protocols/hello/answers.hpp"
#include "protocols/hello/datagram_codec.hpp"
#include "protocols/hello/line_codec.hpp"
#include "protocols/hello/work.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/poller.hpp"
#include "reactor/time.hpp"

namespace halo {

/// What both hello servers can be told, with its defaults.
struct HelloServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 9999;
  hello::Framing framing = hello::Framing::kLine;
  std::size_t line_bytes_max = hello::LineDecoder::kMessageBytesMax;
  hello::Work work{};
  Duration idle_timeout{};
  std::size_t connections_max = 100'000;
  Duration grace = std::chrono::seconds(10);
  bool log_connections = false;
};

/// --host and --port, of a server or of the server to talk to.
void add_endpoint_options(CLI::App& app, std::string& host, std::uint16_t& port);

/// --framing.
void add_framing_option(CLI::App& app, hello::Framing& framing);

/// --loop-guard, of a server over datagrams.
void add_loop_guard_option(CLI::App& app, hello::LoopGuard& guard);

/// All of HelloServerOptions.
void add_server_options(CLI::App& app, HelloServerOptions& options);

/// The pollers of this system, by name, for --poller.
std::vector<std::pair<std::string, PollerKind>> poller_words();

/// "none", "sleep:10ms" or "cpu:50us"; nothing otherwise.
std::optional<hello::Work> parse_work(std::string_view text);

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
