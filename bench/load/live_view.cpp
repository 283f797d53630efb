#include "bench/load/live_view.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "bench/load/text.hpp"

namespace halo::bench::load {
namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::string_view kClearLine = "\r\x1b[K";

bool wants_colour() {
  const char* const refused = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  return (refused == nullptr || *refused == '\0') && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

std::string_view phase_of(const LoadPlan& plan, const Interval& interval) {
  if (interval.counted) {
    return interval.begin >= plan.timing.window ? "waiting for answers" : "measuring";
  }
  return interval.begin < -plan.timing.warm_up ? "ramp" : "warm-up";
}

std::string marked(std::uint64_t count, std::string_view word, bool colour) {
  const bool red = colour && count > 0;
  return fmt::format(", {}{} {}{}", red ? kRed : "", count_text(count), word, red ? kPlain : "");
}

}  // namespace

std::string live_line(const LoadPlan& plan, const Interval& interval, std::uint64_t failed,
                      bool colour) {
  const double seconds = std::chrono::duration<double>(interval.length).count();
  const Histogram& times = plan.rate ? interval.latency.response : interval.latency.service;
  const Duration left = plan.timing.window - interval.begin - interval.length;
  std::string text = fmt::format(
      "{}: {}/s", phase_of(plan, interval),
      count_text(seconds > 0
                     ? static_cast<std::uint64_t>(static_cast<double>(interval.answered) / seconds)
                     : 0));
  if (times.count() > 0) {
    text += fmt::format(", {} time p50 {} p99 {}", plan.rate ? "response" : "service",
                        time_text(times.percentile(50)), time_text(times.percentile(99)));
  }
  text += marked(failed, "failed", colour);
  if (plan.rate) {
    text += marked(interval.behind, "behind", colour);
  }
  const auto left_s = std::chrono::ceil<std::chrono::seconds>(std::max(left, Duration::zero()));
  return text + fmt::format(", {}:{:02} left", left_s.count() / 60, left_s.count() % 60);
}

LiveView::LiveView(const LoadPlan& plan)
    : plan_(plan), terminal_(::isatty(STDERR_FILENO) == 1), colour_(terminal_ && wants_colour()) {}

LiveView::~LiveView() {
  if (drawn_) {
    (void)std::fwrite(kClearLine.data(), 1, kClearLine.size(), stderr);
  }
}

void LiveView::show(const Interval& interval) {
  failed_ += interval.failed;
  ++seconds_;
  if (!terminal_) {
    if (seconds_ % kSecondsBetweenLines == 0) {
      fmt::print(stderr, "{}\n", live_line(plan_, interval, failed_, false));
    }
    return;
  }
  std::string line = live_line(plan_, interval, failed_, colour_);
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  if (known && live_line(plan_, interval, failed_, false).size() >= size.ws_col) {
    line = live_line(plan_, interval, failed_, false).substr(0, size.ws_col - std::size_t{1});
  }
  fmt::print(stderr, "{}{}", kClearLine, line);
  (void)std::fflush(stderr);
  drawn_ = true;
}

}  // namespace halo::bench::load
