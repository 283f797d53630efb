#include "bench/progress.hpp"

#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

namespace halo::bench {
namespace {

long whole_seconds(Duration duration) {
  return static_cast<long>(std::chrono::round<std::chrono::seconds>(duration).count());
}

}  // namespace

Progress::Progress(std::size_t runs, std::size_t rounds)
    : runs_(runs),
      rounds_(rounds),
      terminal_(::isatty(STDERR_FILENO) == 1),
      began_(monotonic_clock().now()) {}

Progress::~Progress() { clear_line(); }

void Progress::begin_run(std::string_view scenario, std::size_t round) {
  const std::size_t done = begun_++;
  if (!terminal_) {
    return;
  }
  const Duration elapsed = monotonic_clock().now() - began_;
  std::string left = "";
  if (done > 0) {
    const auto runs_left = static_cast<Duration::rep>(runs_ > done ? runs_ - done : 0);
    const long left_s = whole_seconds(elapsed / static_cast<Duration::rep>(done) * runs_left);
    left = fmt::format(", {}:{:02} left", left_s / 60, left_s % 60);
  }
  clear_line();
  fmt::print(stderr, "[{}/{}] round {} of {}: {}{}", begun_, runs_, round, rounds_, scenario, left);
  std::fflush(stderr);
}

void Progress::end_round(std::size_t round) {
  if (!terminal_) {
    fmt::print(stderr, "round {} of {} done after {} s\n", round, rounds_,
               whole_seconds(monotonic_clock().now() - began_));
  }
}

void Progress::clear_line() const {
  if (terminal_) {
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
  }
}

}  // namespace halo::bench
