// http-client-bench: what a request costs http::Client over connections that are kept.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/http_client/request_load.hpp"
#include "protocols/http/url.hpp"
#include "reactor/event_loop.hpp"
#include "servers/command_line.hpp"
#include "servers/process.hpp"

namespace halo::bench {
namespace {

const std::string kProgram = "http-client-bench";

constexpr std::size_t kConnectionsMax = 10'000;
constexpr std::size_t kRequestsMax = 1'000'000'000;

struct Options {
  std::string url;
  std::size_t connections = 64;
  std::size_t requests = 200'000;
  bool json = false;
};

std::optional<int> parse(Options& options, int argc, const char* const* argv) {
  CLI::App app(
      "Asks an HTTP server for one URL again and again, over connections that are kept, with\n"
      "http::Client on one loop. Compares every answer with the first one, and prints the "
      "requests\n"
      "in a second and this process's own CPU time for each.\n",
      kProgram);
  app.add_option("--url", options.url, "What to ask for: http only")->required()->type_name("URL");
  command_line::add_number<std::size_t>(app, "--connections", options.connections, 1,
                                        kConnectionsMax, "Each with one request at a time");
  command_line::add_number<std::size_t>(
      app, "--requests", options.requests, 1, kRequestsMax,
      "Of all connections together, behind one on each that is not measured");
  app.add_flag("--json", options.json, "Print the figures as JSON");
  app.footer(
      "Examples:\n"
      "  http-client-bench --url http://127.0.0.1:8080/hello/Bond\n"
      "  http-client-bench --url http://127.0.0.1:8080/ --connections 1 --requests 10000 --json\n"
      "Beside other clients: tools/compare-http-clients\n"
      "Exit codes: 0 measured; 1 an answer was wrong or missing; 2 wrong usage.");
  return command_line::parse(app, argc, argv);
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

void print(const Options& options, const RequestFigures& figures) {
  const auto requests = static_cast<double>(figures.requests);
  const double per_s = requests / seconds(figures.length);
  std::optional<double> cpu_us;
  if (figures.cpu) {
    cpu_us = seconds(*figures.cpu) * 1e6 / requests;
  }
  if (options.json) {
    const nlohmann::ordered_json json = {
        {"url", options.url},
        {"connections", options.connections},
        {"requests", figures.requests},
        {"requests_per_s", per_s},
        {"cpu_us_per_request", cpu_us ? nlohmann::ordered_json(*cpu_us) : nullptr}};
    fmt::print("{}\n", json.dump());
    return;
  }
  fmt::print("{} requests over {} connections: {:.0f} requests/s, CPU {} us/request\n",
             figures.requests, options.connections, per_s,
             cpu_us ? fmt::format("{:.2f}", *cpu_us) : "n/a");
}

int run(const Options& options) {
  std::size_t fault_at = 0;
  Result<http::Url> url = http::Url::parse_from_hand(options.url, &fault_at);
  if (!url || url->is_https()) {
    command_line::report(
        kProgram,
        url ? "https is not measured" : http::explain_bad_url(options.url, url.error(), fault_at),
        "", "--url http://HOST:PORT/PATH");
    return command_line::kUsage;
  }
  const Result<std::unique_ptr<EventLoop>> loop = EventLoop::create();
  if (!loop) {
    command_line::report(kProgram, "cannot wait for events", loop.error().message(), "");
    return command_line::kFailure;
  }
  RequestLoad load(**loop, *std::move(url), options.connections);
  RequestFigures figures = load.run(options.connections);
  if (figures.first_error.empty()) {
    figures = load.run(options.requests);
  }
  if (!figures.first_error.empty()) {
    command_line::report(kProgram, "cannot measure", figures.first_error,
                         "a server that answers " + options.url + " with 200 and one body");
    return command_line::kFailure;
  }
  print(options, figures);
  return command_line::kSuccess;
}

}  // namespace
}  // namespace halo::bench

int main(int argc, char** argv) {
  halo::process::prepare();
  halo::bench::Options options;
  if (const std::optional<int> code = halo::bench::parse(options, argc, argv)) {
    return *code;
  }
  return halo::bench::run(options);
}
