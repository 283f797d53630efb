#include "bench/bench_options.hpp"

#include <algorithm>
#include <cmath>

#include <CLI/CLI.hpp>

#include "bench/load.hpp"
#include "servers/command_line.hpp"

namespace halo::bench {
namespace {

constexpr std::size_t kRoundsMax = 1000;
constexpr std::size_t kConnectionsMax = 1'000'000;
constexpr Duration kWindowMin = std::chrono::milliseconds(10);

constexpr const char* kPurpose =
    "Measures the thread-per-connection model against the reactor, side by side on this machine,\n"
    "with a server on bare epoll (Linux) beside them as the ceiling. In each round of a scenario\n"
    "all its servers are started, loaded by turns in slices of 50 ms over TCP, HTTP or UDP by a\n"
    "closed loop that compares every answer byte for byte, and stopped. Ends with a table, a\n"
    "verdict for each scenario, and a report to be opened in a browser.\n";

constexpr const char* kExamples =
    "Examples:\n"
    "  hello-bench                                the comparison, under 5 minutes\n"
    "  hello-bench --quick                        a first impression, under 60 seconds\n"
    "  hello-bench --list                         the scenarios and what each one shows\n"
    "  hello-bench --scenario churn idle          two families of scenarios only\n"
    "  hello-bench --scenario closed-64x1 --rounds 15 --duration 2s\n"
    "                                             one scenario, to see a small difference\n"
    "  hello-bench --connections 1000 10000 --depth 1\n"
    "                                             a closed loop with numbers of your own\n"
    "  hello-bench --scenario http                requests to hello-http, one or 16 at once\n"
    "  hello-bench --scenario udp --connections 64 --depth 64 512\n"
    "                                             datagrams: 64 sockets, windows of 64 and 512\n"
    "  hello-bench --scenario closed-64x1 --also 'mine=./my-server -p 7000@7000'\n"
    "                                             your own server in the same table\n"
    "  hello-bench --quick --json results.json    every figure of every round, too\n"
    "  hello-bench compare before.json after.json --fail-on-regression 5%\n"
    "                                             two runs; its own --help tells more\n"
    "  hello-bench --quick --report none --markdown -\n"
    "                                             tables to be pasted, and no page\n"
    "\n"
    "How to read the table: 'CPU us/req' is the server's CPU time for one request, the figure "
    "that\n"
    "depends least on who else uses the machine. 'CPU to raw-epoll' is its ratio to the ceiling, "
    "with\n"
    "its 95 % interval over the rounds. 'bottleneck' tells who was busy: where it is not the "
    "server,\n"
    " requests/s and latency say more about the load than about the server.\n"
    "'response p99 at N/s' is of an open loop after each round, at half the rate of the slowest "
    "model,\n"
    "from the moment at which a question was due: the rounds' median, their lowest and highest.\n"
    "Over UDP: 'lost' datagrams were given up after 500 ms and never answered, 'late' ones were\n"
    "answered after that, 'dup' counts answers beyond the first, 'reord' answers in time that "
    "came\n"
    "after the answer to a later question of their socket. All are counted, in the warm-up, too.\n"
    "\n"
    "Exit codes: 0 measured; 1 wrong or missing answers, a server failed, or nothing could be "
    "written;\n"
    "2 wrong usage; 3 the load that was asked for was not reached; 130 or 143 interrupted by a "
    "signal,\n"
    "after the servers were stopped and what there was has been reported.";

/// Numbers that may be given several times, or several at once.
CLI::Option* add_numbers(CLI::App& app, const std::string& name, std::vector<std::size_t>& values,
                         std::size_t max, const std::string& text) {
  return app.add_option(name, values, text)
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, max).description(""));
}

}  // namespace

std::variant<BenchOptions, int> parse_options(int argc, const char* const* argv) {
  BenchOptions options;
  std::size_t rounds = 0;
  Duration window{};
  bool pin = true;
  CLI::App app(kPurpose, "hello-bench");
  app.footer(kExamples);
  app.add_flag("--quick", options.plan.quick, "Fewer scenarios and rounds, under 60 seconds");
  app.add_flag("--list", options.list, "Show the scenarios and exit");
  app.add_option("--scenario", options.plan.scenarios, "Only these scenarios or families of them")
      ->type_name("NAME");
  add_numbers(app, "--connections", options.plan.connections, kConnectionsMax,
              "In place of the scenario's, over UDP sockets; without --scenario: a closed loop");
  add_numbers(app, "--depth", options.plan.depths, Load::kDepthMax,
              "Questions of each connection under way, over UDP of all sockets together, in place "
              "of the scenario's");
  std::vector<std::string> also;
  app.add_option(
         "--also", also,
         "Anyone's own server, beside ours: a command for the shell, which becomes that one "
         "process. Where it listens it prints first ('... listening on 127.0.0.1:PORT'), or "
         "@PORT says it; it must speak as ours do. http:NAME=... and udp:NAME=... name "
         "servers for those families")
      ->type_name("NAME=COMMAND[@PORT]")
      ->allow_extra_args(false);
  app.add_flag("--peers", options.peers,
               "Also hello servers on asio, libuv and libevent, where they are built");
  const CLI::Option* const rounds_given =
      command_line::add_number<std::size_t>(
          app, "--rounds", rounds, 1, kRoundsMax,
          "How often each model is measured; by default 7, quick 4")
          ->default_str("");
  const CLI::Option* const window_given =
      command_line::add_duration(app, "--duration", window,
                                 "How long each time; by default 250ms, quick 100ms")
          ->default_str("");
  const CLI::Option* const pin_given =
      command_line::add_choice<bool>(
          app, "--pin", pin, {{"on", true}, {"off", false}},
          "Servers on one core, the load on another; by default on, where "
          "there are two")
          ->default_str("");
  app.add_option("--json", options.json_path, "Write every figure to a file")->type_name("FILE");
  app.add_option("--report", options.reports.html,
                 "The report as one page for a browser; none: no page")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_option("--markdown", options.reports.markdown,
                 "Tables to be pasted; - prints them in place of the usual table")
      ->type_name("FILE");
  app.add_option("--picture", options.reports.picture,
                 "Throughput and memory against connections as one SVG")
      ->type_name("FILE");
  app.callback([&] {
    if (window_given->count() > 0 && window < kWindowMin) {
      throw command_line::UsageError("--duration is too short to measure anything",
                                     "--duration 500ms");
    }
    for (const std::string& text : also) {
      options.plan.further.push_back(parse_also(text));
    }
  });
  if (const std::optional<int> code = command_line::parse(app, argc, argv)) {
    return *code;
  }
  if (rounds_given->count() > 0) options.rounds = rounds;
  if (window_given->count() > 0) options.window = window;
  if (pin_given->count() > 0) options.pin = pin;
  if (options.reports.html == "none") options.reports.html.clear();
  return options;
}

}  // namespace halo::bench
