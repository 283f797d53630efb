#include "bench/load/session.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

#include "bench/load/crew.hpp"
#include "bench/load/json_report.hpp"
#include "bench/load/live_view.hpp"
#include "bench/load/log_file.hpp"
#include "bench/load/preflight.hpp"
#include "bench/load/rate_search.hpp"
#include "bench/load/text.hpp"
#include "bench/load/text_report.hpp"
#include "servers/command_line.hpp"

namespace halo::bench::load {
namespace {

constexpr std::string_view kProgram = "hello-load";
constexpr int kBySignal = 128;  // plus the signal's number, as shells have it
constexpr double kSearchFirst = 1000;
constexpr double kSearchMost = 1e7;
constexpr double kSearchLeast = 1;

class Session {
 public:
  Session(EventLoop& loop, HelloLoadOptions options, const Interrupt& interrupt,
          const std::vector<std::string>& command)
      : loop_(loop), options_(std::move(options)), interrupt_(interrupt), command_(command) {}

  int run() {
    if (!find_server()) {
      return kTargetFailed;
    }
    if (!look_at_machine() || !open_reports()) {
      return kEnvironment;
    }
    return options_.search ? search() : measure();
  }

 private:
  /// Looks the server up. False: it is unknown, which one line has said.
  bool find_server() {
    if (options_.server.host.empty()) {
      return true;
    }
    const Result<std::vector<Endpoint>> found =
        command_line::resolve(options_.server.host, options_.server.port);
    if (!found) {
      command_line::report(kProgram, "cannot find " + options_.server.host, found.error().message(),
                           "another TARGET");
      return false;
    }
    options_.plan.asking.server = found->front();
    return true;
  }

  /// Whether the load can be at all.
  bool look_at_machine() const {
    std::vector<Finding> findings = examine(options_.plan, this_machine_has());
    for (Finding& finding : examine_sources(options_.plan)) {
      findings.push_back(std::move(finding));
    }
    for (const Finding& finding : findings) {
      command_line::report(kProgram, finding.what, finding.why, finding.fix);
    }
    return std::none_of(findings.begin(), findings.end(),
                        [](const Finding& finding) { return finding.prevents; });
  }

  /// Before a measurement of minutes, not after it.
  bool open_reports() {
    if (!options_.json_path.empty()) {
      json_.open(options_.json_path, std::ios::binary);
    }
    if (!options_.csv_path.empty()) {
      csv_.open(options_.csv_path, std::ios::binary);
      csv_ << csv_header();
    }
    if (!options_.hlog_path.empty()) {
      hlog_.emplace(options_.hlog_path, options_.plan.rate.has_value());
    }
    return check_written();
  }

  bool check_written() {
    for (const auto& [file, path] :
         {std::pair{&json_, &options_.json_path}, std::pair{&csv_, &options_.csv_path}}) {
      if (!path->empty() && !file->flush()) {
        command_line::report(kProgram, "cannot write " + *path, "", "another file");
        return false;
      }
    }
    if (hlog_ && !hlog_->flush()) {
      command_line::report(kProgram, "cannot write " + options_.hlog_path, "", "another file");
      return false;
    }
    return true;
  }

  /// Empty: this machine has no room for it, which one line has said.
  std::optional<Tallies> run_load(const LoadPlan& plan) {
    LiveView view(plan);
    Crew crew(loop_, plan, interrupt_);
    Result<Tallies> tallies = crew.run([this, &view](const Interval& interval) {
      view.show(interval);
      if (csv_.is_open()) {
        csv_ << csv_line(interval);
      }
      if (hlog_) {
        hlog_->add(interval);
      }
    });
    if (!tallies) {
      command_line::report(kProgram, "cannot start to ask", tallies.error().message(),
                           "fewer --threads");
      return std::nullopt;
    }
    return std::move(*tallies);
  }

  int measure() {
    const std::optional<Tallies> tallies = run_load(options_.plan);
    return tallies ? conclude(*tallies) : int{kEnvironment};
  }

  int search() {
    const Threshold bound = *options_.search;
    RateSearch search(options_.plan.rate.value_or(kSearchFirst), kSearchMost, kSearchLeast);
    std::optional<Tallies> last_kept;
    while (const std::optional<double> rate = search.next()) {
      options_.plan.rate = *rate;
      std::optional<Tallies> tallies = run_load(options_.plan);
      if (!tallies) {
        return kEnvironment;
      }
      if (interrupt_ || tallies->opened == 0) {
        return conclude(*tallies);
      }
      const bool reached = shortfall(options_.plan, *tallies).empty();
      const bool kept = reached && holds(bound, options_.plan, *tallies);
      fmt::print("{} {:.6g} a second: {}{}, {}\n", search.confirming() ? "confirming" : "trying",
                 *rate, kept ? "kept" : "missed", reached ? "" : ", load not reached",
                 found_instead(bound, options_.plan, *tallies));
      std::fflush(stdout);
      search.note(kept);
      if (kept) {
        last_kept = std::move(tallies);
      }
    }
    if (!search.found() || !last_kept) {
      fmt::print("No rate keeps {}.\n", bound.text);
      return kThresholdMissed;
    }
    options_.plan.rate = *search.found();
    fmt::print("The highest rate that keeps {}: {:.6g} a second, measured {} times.\n\n",
               bound.text, *search.found(), 1 + RateSearch::kConfirmations);
    return conclude(*last_kept);
  }

  /// Reports, and says how it went.
  int conclude(const Tallies& tallies) {
    fmt::print("{}", text_report(options_.plan, options_.target, tallies));
    bool kept = true;
    for (const Threshold& threshold : options_.thresholds) {
      const bool holds_now = holds(threshold, options_.plan, tallies);
      fmt::print("threshold {}: {}, {}\n", threshold.text, holds_now ? "kept" : "MISSED",
                 found_instead(threshold, options_.plan, tallies));
      kept = kept && holds_now;
    }
    (void)std::fflush(stdout);
    if (json_.is_open()) {
      json_ << json_report(options_.plan, tallies, options_.thresholds, command_);
    }
    if (!check_written()) {
      return kEnvironment;
    }
    return interrupt_ ? kBySignal + interrupt_.signal_number() : exit_code_of(tallies, kept);
  }

  int exit_code_of(const Tallies& tallies, bool kept) const {
    const bool judged = std::any_of(
        options_.thresholds.begin(), options_.thresholds.end(),
        [](const Threshold& one) { return one.subject == Threshold::Subject::kErrors; });
    const bool silent = tallies.answered == 0 && tallies.missed == 0;
    if (tallies.opened == 0 || silent || (tallies.failed > 0 && !judged)) {
      return kTargetFailed;
    }
    if (!shortfall(options_.plan, tallies).empty()) {
      return kLoadNotReached;
    }
    return kept ? kOk : kThresholdMissed;
  }

  EventLoop& loop_;
  HelloLoadOptions options_;
  const Interrupt& interrupt_;
  const std::vector<std::string>& command_;
  std::ofstream json_;
  std::ofstream csv_;
  std::optional<LogFile> hlog_;
};

}  // namespace

int run_session(EventLoop& loop, HelloLoadOptions options, const Interrupt& interrupt,
                const std::vector<std::string>& command) {
  return Session(loop, std::move(options), interrupt, command).run();
}

}  // namespace halo::bench::load
