#include "bench/load/given_options.hpp"

#include <fstream>
#include <iterator>
#include <utility>

#include "reactor/datagram.hpp"
#include "servers/command_line.hpp"

namespace halo::bench::load {
namespace {

using command_line::UsageError;

constexpr std::size_t kOutstandingMax = 16'000'000;  // what is kept of each takes some 70 bytes
constexpr Duration kWindowMin = std::chrono::milliseconds(10);
constexpr std::size_t kPayloadBytesMax = std::size_t{1} << 24;

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
  if (datagrams && question.size() > kDatagramBytesMax) {
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

}  // namespace

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

}  // namespace halo::bench::load
