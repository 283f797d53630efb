// hello-load: load for any server that speaks lines, datagrams or HTTP/1.1.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "bench/interrupt.hpp"
#include "bench/load/crew.hpp"
#include "bench/load/load_options.hpp"
#include "bench/load/text_report.hpp"
#include "bench/load/threshold.hpp"
#include "reactor/event_loop.hpp"
#include "servers/command_line.hpp"
#include "servers/process.hpp"

namespace halo::bench::load {
namespace {

constexpr std::string_view kProgram = "hello-load";
constexpr int kBySignal = 128;  // plus the signal's number, as shells have it

/// Looks the server up. False: it is unknown, which one line has said.
bool find_server(HelloLoadOptions& options) {
  if (options.server.host.empty()) {
    return true;
  }
  const Result<std::vector<Endpoint>> found =
      command_line::resolve(options.server.host, options.server.port);
  if (!found) {
    command_line::report(kProgram, "cannot find " + options.server.host, found.error().message(),
                         "another TARGET");
    return false;
  }
  options.plan.asking.server = found->front();
  return true;
}

/// Says what was missed. Whether there is nothing to say.
bool judge(const HelloLoadOptions& options, const Tallies& tallies) {
  bool all = true;
  for (const Threshold& threshold : options.thresholds) {
    const bool kept = holds(threshold, options.plan, tallies);
    fmt::print("threshold {}: {}, {}\n", threshold.text, kept ? "kept" : "MISSED",
               found_instead(threshold, options.plan, tallies));
    all = all && kept;
  }
  return all;
}

int exit_code_of(const HelloLoadOptions& options, const Tallies& tallies, bool kept) {
  const bool judged =
      std::any_of(options.thresholds.begin(), options.thresholds.end(),
                  [](const Threshold& one) { return one.subject == Threshold::Subject::kErrors; });
  if (tallies.answered == 0 || (tallies.failed > 0 && !judged)) {
    return kTargetFailed;
  }
  if (!shortfall(options.plan, tallies).empty()) {
    return kLoadNotReached;
  }
  return kept ? kOk : kThresholdMissed;
}

int run(HelloLoadOptions& options) {
  if (!find_server(options)) {
    return kTargetFailed;
  }
  Result<std::unique_ptr<EventLoop>> loop = EventLoop::create();
  if (!loop) {
    command_line::report(kProgram, "cannot wait for events", loop.error().message(), "");
    return kEnvironment;
  }
  const Result<std::unique_ptr<Interrupt>> interrupt = Interrupt::create(**loop);
  if (!interrupt) {
    command_line::report(kProgram, "cannot handle signals", interrupt.error().message(), "");
    return kEnvironment;
  }
  Crew crew(**loop, options.plan, **interrupt);
  const Result<Tallies> tallies = crew.run();
  if (!tallies) {
    command_line::report(kProgram, "cannot start to ask", tallies.error().message(),
                         "fewer --threads");
    return kEnvironment;
  }
  fmt::print("{}", text_report(options.plan, options.target, *tallies));
  const bool kept = judge(options, *tallies);
  std::fflush(stdout);
  return **interrupt ? kBySignal + (*interrupt)->signal_number()
                     : exit_code_of(options, *tallies, kept);
}

}  // namespace
}  // namespace halo::bench::load

int main(int argc, char** argv) {
  using halo::bench::load::HelloLoadOptions;
  halo::process::prepare();
  std::variant<HelloLoadOptions, int> parsed = halo::bench::load::parse_options(argc, argv);
  if (const int* const code = std::get_if<int>(&parsed)) {
    return *code;
  }
  return halo::bench::load::run(std::get<HelloLoadOptions>(parsed));
}
