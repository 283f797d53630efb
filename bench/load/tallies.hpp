#pragma once

#include <cstddef>
#include <cstdint>

#include "bench/histogram/histogram.hpp"
#include "bench/load/failures.hpp"
#include "reactor/time.hpp"

namespace halo::bench::load {

/// Two times of each answer that was right. A closed loop has no intended start: its `response` is
/// empty.
struct Latency {
  Histogram response;  ///< from the moment at which the schedule wanted the question sent
  Histogram service;   ///< from the moment at which it was sent

  void merge(const Latency& other) noexcept {
    response.merge(other.response);
    service.merge(other.service);
  }
  void clear() noexcept {
    response.clear();
    service.clear();
  }
};

/// One second of a load, by when answers came.
struct Interval {
  Duration begin{};      ///< since the window's begin; before it the load warms up
  Duration length{};     ///< as a rule one second
  bool counted = false;  ///< in the window, or after it for what was asked in it
  std::uint64_t asked = 0;
  std::uint64_t answered = 0;
  std::uint64_t failed = 0;
  std::uint64_t behind = 0;  ///< at its end: due, and not sent yet
  std::size_t open = 0;      ///< connections or sockets, at its end
  Latency latency;

  /// Of the same second on another loop.
  void merge(const Interval& other) noexcept {
    asked += other.asked;
    answered += other.answered;
    failed += other.failed;
    behind += other.behind;
    open += other.open;
    latency.merge(other.latency);
  }
};

/// What a load has measured: of the questions of its window, whenever their answers came. An open
/// loop's question belongs to the window in which it was due, a closed loop's to that in which it
/// was sent.
struct Tallies {
  Duration length{};       ///< of the window
  std::size_t opened = 0;  ///< connections or sockets, at the beginning
  std::uint64_t due = 0;   ///< by the schedule; closed loop: as many as were asked
  std::uint64_t asked = 0;
  std::uint64_t answered = 0;       ///< rightly
  std::uint64_t failed = 0;         ///< wrong, lost, or without an answer in time
  std::uint64_t missed = 0;         ///< due, and not sent before the end: all connections were busy
  std::uint64_t unfinished = 0;     ///< under way when we were interrupted
  std::uint64_t surplus = 0;        ///< datagrams that answer nothing outstanding: late, or twice
  std::uint64_t reopened = 0;       ///< connections in place of closed ones
  std::uint64_t failed_before = 0;  ///< in the ramp and the warm-up
  Failures failures;                ///< of the window's questions, and of all connects
  Latency latency;
  Histogram wake_delay;  ///< how late the generator itself was when it wanted to send

  void merge(const Tallies& other) {
    length = other.length > length ? other.length : length;
    opened += other.opened;
    due += other.due;
    asked += other.asked;
    answered += other.answered;
    failed += other.failed;
    missed += other.missed;
    unfinished += other.unfinished;
    surplus += other.surplus;
    reopened += other.reopened;
    failed_before += other.failed_before;
    load::merge(failures, other.failures);
    latency.merge(other.latency);
    wake_delay.merge(other.wake_delay);
  }
};

}  // namespace halo::bench::load
