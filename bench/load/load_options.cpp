#include "bench/load/load_options.hpp"

#include <fstream>
#include <iterator>

#include <CLI/CLI.hpp>

#include "bench/load/load_help.hpp"
#include "servers/command_line.hpp"

namespace halo::bench::load {
namespace {

using command_line::UsageError;

constexpr std::size_t kConnectionsMax = 1'000'000;
constexpr std::size_t kDepthMax = 1024;
constexpr std::size_t kOutstandingMax = 16'000'000;  // what is kept of each takes some 70 bytes
constexpr std::size_t kThreadsMax = 256;
constexpr double kRateMax = 1e8;
constexpr Duration kWindowMin = std::chrono::milliseconds(10);
constexpr std::size_t kPayloadBytesMax = std::size_t{1} << 24;
constexpr std::size_t kDatagramBytesMaxAsked = 65'507;  // see reactor/datagram.hpp

/// What was given as text, and is worked out when everything is known.
struct Given {
  std::optional<std::string> send, until, welcome, payload, expect, body;
  std::optional<Match> match;
  std::vector<std::string> headers;
  std::string method;
  std::vector<std::string> thresholds;
  std::string search;
};

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

std::string unescaped(const std::string& option, const std::string& text) {
  std::optional<std::string> bytes = unescape(text);
  if (!bytes) {
    throw UsageError(option + " has an unknown escape in it",
                     "only \\n, \\r, \\t, \\0, \\\\ and \\xHH");
  }
  return std::move(*bytes);
}

std::string read_payload(const std::string& text) {
  if (const std::optional<std::size_t> bytes = parse_size(text)) {
    if (*bytes == 0 || *bytes > kPayloadBytesMax) {
      throw UsageError("--payload " + text + " is not from 1 byte to 16 MiB", "--payload 1k");
    }
    return payload_of(*bytes);
  }
  std::ifstream file(text, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (!file || bytes.empty() || bytes.size() > kPayloadBytesMax) {
    throw UsageError("--payload " + text + " is neither a size nor a file of up to 16 MiB",
                     "--payload 1k, or a file that can be read");
  }
  return bytes;
}

void refuse(bool given, const std::string& option, const std::string& protocols) {
  if (given) {
    throw UsageError(option + " is for " + protocols + " only", "leave it out");
  }
}

void settle_http(HelloLoadOptions& options, const Given& given) {
  if (!has_http()) {
    throw UsageError("this build has no HTTP", "install libllhttp-dev and build again");
  }
  refuse(given.send.has_value(), "--send", "tcp and udp");
  refuse(given.match.has_value(), "--match", "tcp and udp");
  HttpAsking asking;
  asking.url = options.target;
  asking.body = given.payload ? read_payload(*given.payload) : given.body.value_or("");
  asking.method = !given.method.empty() ? given.method : asking.body.empty() ? "GET" : "POST";
  for (const std::string& header : given.headers) {
    const std::size_t colon = header.find(':');
    const std::size_t value = header.find_first_not_of(' ', colon + 1);
    if (colon == std::string::npos) {
      throw UsageError("--header '" + header + "' has no colon", "--header 'Accept: text/html'");
    }
    asking.headers.emplace_back(header.substr(0, colon),
                                value == std::string::npos ? "" : header.substr(value));
  }
  std::string why;
  const std::optional<HttpTarget> target = make_http_target(asking, why);
  if (!target) {
    throw UsageError(why, "hello-load http http://localhost:8080/path");
  }
  const bool bracketed = target->host.starts_with('[');
  options.server.host = bracketed ? target->host.substr(1, target->host.size() - 2) : target->host;
  options.server.port = target->port;
  options.plan.asking.question = target->request;
  options.plan.asking.to_head = target->to_head;
}

void settle_lines(HelloLoadOptions& options, const Given& given) {
  Asking& asking = options.plan.asking;
  const bool datagrams = asking.protocol == Protocol::kUdp;
  refuse(!given.headers.empty(), "--header", "http");
  refuse(!given.method.empty(), "--method", "http");
  refuse(given.body.has_value(), "--body", "http");
  refuse(datagrams && given.until.has_value(), "--until", "tcp");
  if (given.send && given.payload) {
    throw UsageError("--send and --payload both say what is sent", "one of them");
  }
  asking.question = given.payload
                        ? read_payload(*given.payload)
                        : unescaped("--send", given.send.value_or(datagrams ? "{n}" : "hello\\n"));
  const QuestionText question(asking.question);
  asking.until = unescaped("--until", given.until.value_or("\\n"));
  asking.match =
      given.match.value_or(datagrams && question.has_number() ? Match::kNumber : Match::kOrder);
  if (asking.question.empty() || asking.until.empty()) {
    throw UsageError("--send and --until cannot be empty", "--send 'PING\\n' --until '\\n'");
  }
  if (asking.match == Match::kNumber && !question.has_number()) {
    throw UsageError("--match number without {n} in what is sent", "--send 'hello-{n}\\n'");
  }
  if (datagrams && asking.match == Match::kOrder && options.plan.depth > 1) {
    throw UsageError(
        "datagrams come in any order, so answers to several questions of one socket "
        "need a number",
        "--send '{n}', or --depth 1 with more --connections");
  }
  if (datagrams && question.size() > kDatagramBytesMaxAsked) {
    throw UsageError("no datagram is so long", "--payload 65507 at most");
  }
  if (const Result<Endpoint> path = Endpoint::parse(options.target);
      path && path->family() == Endpoint::Family::kUnix && !datagrams) {
    asking.server = *path;
    return;
  }
  const std::optional<HostAndPort> server = parse_host_and_port(options.target);
  if (!server) {
    throw UsageError("'" + options.target + "' is not HOST:PORT", "hello-load tcp localhost:9999");
  }
  options.server = *server;
}

void settle_expectation(HelloLoadOptions& options, const Given& given) {
  Asking& asking = options.plan.asking;
  if (!given.expect) {
    return;
  }
  if (*given.expect == "none") {
    asking.statuses = Statuses::kAny;
    return;
  }
  std::string why;
  (void)AnswerCheck::compile(*given.expect, why);
  if (!why.empty() || given.expect->empty()) {
    throw UsageError("--expect '" + *given.expect + "' is no regular expression: " + why,
                     "see regex(7)");
  }
  asking.expect = *given.expect;
}

Threshold threshold_of(const std::string& text) {
  const std::optional<Threshold> threshold = parse_threshold(text);
  if (!threshold) {
    throw UsageError("'" + text + "' is no bound",
                     "'p99<5ms', 'p99.9<20ms', 'max<1s', 'errors<0.1%', 'missed<10' or 'rate>900'");
  }
  return *threshold;
}

void settle(HelloLoadOptions& options, const Given& given) {
  LoadPlan& plan = options.plan;
  refuse(plan.asking.protocol != Protocol::kTcp && given.welcome.has_value(), "--welcome", "tcp");
  plan.asking.welcome = unescaped("--welcome", given.welcome.value_or(""));
  if (plan.asking.protocol == Protocol::kHttp) {
    refuse(given.until.has_value(), "--until", "tcp");
    settle_http(options, given);
  } else {
    settle_lines(options, given);
  }
  settle_expectation(options, given);
  for (const std::string& text : given.thresholds) {
    options.thresholds.push_back(threshold_of(text));
  }
  if (!given.search.empty()) {
    options.search = threshold_of(given.search);
  }
  if (plan.timing.window < kWindowMin) {
    throw UsageError("--duration is too short to measure anything", "--duration 10s");
  }
  if (plan.timing.timeout <= Duration::zero()) {
    throw UsageError("without a --timeout nothing lost would ever be noticed", "--timeout 5s");
  }
  if (plan.connections * plan.depth > kOutstandingMax) {
    throw UsageError("more than 16 million questions under way", "less --depth or --connections");
  }
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
