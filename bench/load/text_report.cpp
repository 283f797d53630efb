#include "bench/load/text_report.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "bench/load/text.hpp"
#include "bench/load/threshold.hpp"
#include "servers/command_line.hpp"
#include "servers/process.hpp"

namespace halo::bench::load {
namespace {

constexpr std::array kPercents = {50.0, 90.0, 99.0, 99.9, 99.99, 100.0};
constexpr double kMissedShareMax = 0.01;  // above it the load was not the one that was asked for

std::string_view word_for(Protocol protocol) noexcept {
  switch (protocol) {
    case Protocol::kTcp:
      return "tcp";
    case Protocol::kUdp:
      return "udp";
    case Protocol::kHttp:
      break;
  }
  return "http";
}

std::string headline(const LoadPlan& plan, const std::string& target) {
  using command_line::format_duration;
  const Timing& timing = plan.timing;
  std::string text = fmt::format(
      "{} {}: {} connection{}, depth {}, {} thread{}, {}", word_for(plan.asking.protocol), target,
      count_text(plan.connections), plan.connections == 1 ? "" : "s", plan.depth, plan.threads,
      plan.threads == 1 ? "" : "s", format_duration(timing.window));
  if (timing.warm_up > Duration::zero()) {
    text += " after a warm-up of " + format_duration(timing.warm_up);
  }
  if (timing.ramp > Duration::zero()) {
    text += " and a ramp of " + format_duration(timing.ramp);
  }
  if (!plan.rate) {
    return text +
           "\nClosed loop: each connection asks when it was answered. This is SERVICE TIME, from "
           "the sending:\nwhile the server stands still nobody asks, so users of a fixed rate "
           "would "
           "see worse. See --rate.\n";
  }
  return text + fmt::format(
                    "\nOpen loop: {:.6g} questions a second ({} arrivals), whatever the server "
                    "does. RESPONSE TIME counts from\nwhen a question was due, service time from "
                    "when it was sent.\n",
                    *plan.rate, plan.arrivals == Arrivals::kConstant ? "constant" : "Poisson");
}

std::string row(std::string_view name, const Histogram& times) {
  std::string text = fmt::format("  {:<14}", name);
  for (const double percent : kPercents) {
    text += fmt::format("{:>10}", times.count() == 0 ? "-" : time_text(times.percentile(percent)));
  }
  return text + "\n";
}

std::string latency_table(const LoadPlan& plan, const Tallies& tallies) {
  std::string text = fmt::format("\n  {:<14}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "", "p50",
                                 "p90", "p99", "p99.9", "p99.99", "max");
  if (plan.rate) {
    text += row("response time", tallies.latency.response);
  }
  return text + row("service time", tallies.latency.service);
}

std::string waited(double rate) {
  return fmt::format(
      "questions were due while every connection still waited for an\nanswer. The server stood "
      "still or was slower than {:.6g} a second; a closed loop would have shown the second figure "
      "only.",
      rate);
}

std::string asked_late(Duration own) {
  return fmt::format(
      "this program was itself late, by {} at p99,\nand asked late. Its machine is busy with "
      "something else: these figures are not the server's alone.",
      time_text(own));
}

/// Why response time is what it is, where it differs much from service time: at the percentile
/// where it does most.
std::string explain_gap(const LoadPlan& plan, const Tallies& tallies) {
  constexpr double kFactor = 2;
  constexpr Duration kWorthIt = std::chrono::milliseconds(1);
  if (!plan.rate || tallies.answered == 0) {
    return "";
  }
  const Duration own = tallies.wake_delay.percentile(99);
  double widest = kFactor;
  std::string text;
  for (const double percent : kPercents) {
    const Duration response = tallies.latency.response.percentile(percent);
    const Duration service = tallies.latency.service.percentile(percent);
    const auto factor = static_cast<double>(response.count()) /
                        static_cast<double>(std::max<Duration::rep>(service.count(), 1));
    if (factor >= widest && response >= kWorthIt) {
      widest = factor;
      text = fmt::format("The two differ most at p{:.6g}, {} and {}: {}\n", percent,
                         time_text(response), time_text(service),
                         2 * own >= response - service ? asked_late(own) : waited(*plan.rate));
    }
  }
  return text;
}

std::string explain_unanswered(const LoadPlan& plan, const Tallies& tallies) {
  if (tallies.answered == 0 || tallies.due <= tallies.answered) {
    return "";
  }
  const std::optional<Duration> p99 = percentile_of_due(plan, tallies, 99);
  return fmt::format(
      "The times are of the {} right answers. With the others counted as slower than all of them, "
      "p99 is {}.\n",
      count_text(tallies.answered),
      p99 ? time_text(*p99) : "no time at all: more than 1 % have no right answer");
}

std::string outcomes(const LoadPlan& plan, const Tallies& tallies) {
  const auto count = [](std::uint64_t number) { return count_text(number); };
  std::string text = fmt::format("\n  {:.6g} right answers a second", answers_per_s(tallies));
  if (plan.rate) {
    text += fmt::format(" of {:.6g} asked for", *plan.rate);
  }
  text += fmt::format("\n  {} due = {} answered + {} failed + {} missed", count(tallies.due),
                      count(tallies.answered), count(tallies.failed), count(tallies.missed));
  if (tallies.unfinished > 0) {
    text += fmt::format(" + {} under way when interrupted", count(tallies.unfinished));
  }
  text += "\n";
  if (tallies.failed_before > 0) {
    text += fmt::format("  {} more failed before the window\n", count(tallies.failed_before));
  }
  if (tallies.surplus > 0) {
    text += fmt::format("  {} datagrams answered nothing that was waited for: late, or twice\n",
                        count(tallies.surplus));
  }
  if (tallies.reopened > 0) {
    text += fmt::format("  {} connections were opened in place of closed ones\n",
                        count(tallies.reopened));
  }
  if (tallies.wake_delay.count() > 0) {
    text += fmt::format("  wake-up of this program: late by {} at p50, {} at p99\n",
                        time_text(tallies.wake_delay.percentile(50)),
                        time_text(tallies.wake_delay.percentile(99)));
  }
  return text;
}

std::string failures_text(const Failures& failures) {
  std::string text;
  for (const auto& [kind, count] : failures) {
    const std::string_view name = errno_name(count.why);
    const std::string_view fix = advice(kind, count.why);
    text += fmt::format("  failed {} times: {}{}{}\n", count_text(count.times),
                        process::escape_control_bytes(kind),
                        name.empty() ? "" : fmt::format(" ({})", name),
                        fix.empty() ? "" : fmt::format(". Fix: {}", fix));
  }
  return text;
}

}  // namespace

std::string text_report(const LoadPlan& plan, const std::string& target, const Tallies& tallies) {
  std::string text = headline(plan, target) + latency_table(plan, tallies) +
                     outcomes(plan, tallies) + failures_text(tallies.failures);
  for (const std::string& line :
       {explain_gap(plan, tallies), explain_unanswered(plan, tallies), shortfall(plan, tallies)}) {
    text += line.empty() ? "" : "\n" + line;
  }
  return text;
}

std::string shortfall(const LoadPlan& plan, const Tallies& tallies) {
  std::string text;
  if (tallies.opened < plan.connections) {
    text += fmt::format("LOAD NOT REACHED: {} of {} connections.\n", count_text(tallies.opened),
                        count_text(plan.connections));
  }
  const double missed = static_cast<double>(tallies.missed);
  if (missed > kMissedShareMax * static_cast<double>(tallies.due)) {
    text += fmt::format(
        "LOAD NOT REACHED: {:.3g} % of the questions were due and could not be sent before the "
        "end, "
        "because\nevery connection still waited. The server cannot do {:.6g} a second{}.\n",
        100 * missed / static_cast<double>(tallies.due), plan.rate.value_or(0),
        ", or this needs more --connections or --depth");
  }
  return text;
}

}  // namespace halo::bench::load
