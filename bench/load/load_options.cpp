#include "bench/load/load_options.hpp"

#include <CLI/CLI.hpp>

#include "bench/histogram/deflate.hpp"
#include "bench/load/given_options.hpp"
#include "bench/load/load_help.hpp"
#include "servers/command_line.hpp"

namespace halo::bench::load {
namespace {

constexpr std::size_t kConnectionsMax = 1'000'000;
constexpr std::size_t kDepthMax = 1024;
constexpr std::size_t kThreadsMax = 256;
constexpr double kRateMax = 1e8;

std::optional<std::optional<double>> parse_rate(std::string_view text) {
  if (text == "max") {
    return std::optional<double>();
  }
  const std::optional<double> rate = parse_number(text);
  if (!rate || *rate <= 0 || *rate > kRateMax) {
    return std::nullopt;
  }
  return std::optional(rate);
}

}  // namespace

std::variant<HelloLoadOptions, int> parse_options(int argc, const char* const* argv) {
  HelloLoadOptions options;
  LoadPlan& plan = options.plan;
  Given given;
  CLI::App app(kPurpose, "hello-load");
  app.footer(kExamples);
  command_line::add_choice<Protocol>(
      app, "protocol", plan.asking.protocol,
      {{"tcp", Protocol::kTcp}, {"udp", Protocol::kUdp}, {"http", Protocol::kHttp}},
      "What the server speaks")
      ->required()
      ->default_str("");
  app.add_option("target", options.target,
                 "Whom to ask: HOST:PORT, for tcp also unix:/path, for http a URL")
      ->required()
      ->type_name("TARGET");

  const std::string load = "How much";
  command_line::add_parsed<std::optional<double>>(
      app, "--rate", plan.rate, parse_rate, "R|max", "max",
      "Questions a second of all connections together: an open loop; max: a closed loop",
      "a number above 0 such as 500 or 20k, or max")
      ->group(load);
  command_line::add_number<std::size_t>(app, "--connections", plan.connections, 1, kConnectionsMax,
                                        "Connections, over UDP sockets")
      ->group(load);
  command_line::add_number<std::size_t>(app, "--depth", plan.depth, 1, kDepthMax,
                                        "Questions of each connection under way (pipelining)")
      ->group(load);
  command_line::add_duration(app, "--duration", plan.timing.window, "What is measured")
      ->group(load);
  plan.timing.warm_up = std::chrono::seconds(1);
  command_line::add_duration(app, "--warmup", plan.timing.warm_up,
                             "The same load before that, not counted")
      ->group(load);
  command_line::add_duration(app, "--ramp", plan.timing.ramp,
                             "Before the warm-up: so long the load rises from nothing")
      ->group(load);
  command_line::add_choice<Arrivals>(
      app, "--arrivals", plan.arrivals,
      {{"constant", Arrivals::kConstant}, {"poisson", Arrivals::kPoisson}},
      "Evenly spaced, or independent of each other as from many users")
      ->group(load);
  std::size_t seed = plan.seed;
  command_line::add_number<std::size_t>(app, "--seed", seed, 0, SIZE_MAX, "Of Poisson arrivals")
      ->group(load);
  command_line::add_number<std::size_t>(app, "--threads", plan.threads, 1, kThreadsMax,
                                        "Threads that ask, each on some of the connections")
      ->group(load);
  command_line::add_parsed<std::vector<Endpoint>>(
      app, "--source-addresses", plan.asking.sources, parse_sources, "A,B-C,...", "",
      "Local addresses to ask from in turn, since each has some 28,000 ports",
      "a list of numeric addresses such as 127.0.0.2-127.0.0.5")
      ->group(load);

  const std::string asked = "What is asked, and what is a right answer";
  app.add_option("--send", given.send,
                 "tcp, udp: the question; {n} is its number, 16 hexadecimal digits. By default "
                 "'hello\\n', over UDP '{n}'")
      ->type_name("TEXT")
      ->group(asked);
  app.add_option("--payload", given.payload,
                 "In place of --send or --body: a file, or so many bytes with k or M")
      ->type_name("FILE|SIZE")
      ->group(asked);
  app.add_option("--until", given.until, "tcp: an answer ends with this, by default '\\n'")
      ->type_name("TEXT")
      ->group(asked);
  app.add_option("--welcome", given.welcome,
                 "tcp: the server speaks first, up to this text; by default it does not")
      ->type_name("TEXT")
      ->group(asked);
  Match match = Match::kOrder;
  CLI::Option* const match_given =
      command_line::add_choice<Match>(
          app, "--match", match, {{"order", Match::kOrder}, {"number", Match::kNumber}},
          "tcp, udp: answers come in order, or each has its question's {n}. By default order, over "
          "UDP number where {n} is sent")
          ->default_str("")
          ->group(asked);
  app.add_option("--method", given.method, "http: by default GET, with a body POST")
      ->type_name("NAME")
      ->group(asked);
  app.add_option("--header", given.headers, "http: sent with each request; may be repeated")
      ->type_name("'NAME: VALUE'")
      ->allow_extra_args(false)
      ->group(asked);
  app.add_option("--body", given.body, "http: sent with each request")
      ->type_name("TEXT")
      ->group(asked);
  app.add_option(
         "--expect", given.expect,
         "What must occur in a right answer, in HTTP's body beside a status below 400. none: "
         "every answer is right")
      ->type_name("REGEX|none")
      ->group(asked);
  command_line::add_duration(app, "--timeout", plan.timing.timeout,
                             "For each answer, and for each connect")
      ->group(asked);

  const std::string judged = "What is made of it";
  app.add_option("--threshold", given.thresholds,
                 "Bounds: p50, p99.9, max, errors, missed, rate; exits 1 when one is not kept")
      ->type_name("'p99<5ms'")
      ->group(judged);
  app.add_option("--search", given.search,
                 "Finds the highest rate that keeps this bound; --rate says where to begin")
      ->type_name("'p99<5ms'")
      ->group(judged);
  app.add_option("--json", options.json_path, "Write every figure to a file")
      ->type_name("FILE")
      ->group(judged);
  app.add_option("--csv", options.csv_path, "Write a line for each second to a file")
      ->type_name("FILE")
      ->group(judged);

  if (has_deflate()) {
    app.add_option("--hlog", options.hlog_path,
                   "Write the histogram of each second to a file, as HdrHistogram's tools read it; "
                   "see hello-load merge")
        ->type_name("FILE")
        ->excludes("--search")
        ->group(judged);
  }

  app.callback([&] {
    plan.seed = seed;
    if (match_given->count() > 0) given.match = match;
    settle(options, given);
  });
  if (const std::optional<int> code = command_line::parse(app, argc, argv)) {
    return *code;
  }
  return options;
}

}  // namespace halo::bench::load
