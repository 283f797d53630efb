#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "bench/datagram_counts.hpp"
#include "bench/error_counts.hpp"
#include "bench/histogram/histogram.hpp"
#include "reactor/time.hpp"

namespace halo::bench {

/// A load that asks again when it was answered, in the steps of a measurement: `open`, then
/// `start`, `run_for` and `drain`, as often as one likes. What it measures is service time.
/// *Owner:* one run. *Thread:* the loop's; the steps are called from outside of its callbacks.
class ClosedLoop {
 public:
  virtual ~ClosedLoop() = default;

  /// Makes what it asks from. Returns how many connections, or sockets, there are.
  virtual std::size_t open() = 0;

  /// Opens connections that only stay. Returns how many there are; a load without connections has
  /// none.
  virtual std::size_t open_idle(std::size_t count) = 0;

  /// Begins to ask, with new figures, and returns when the outcome of as much is known as was asked
  /// at once: from then on questions and answers are in their steady mixture.
  virtual void start() = 0;

  /// Goes on asking for `length`; what is answered meanwhile is in `latency`. Ends early when we
  /// are interrupted or nobody is left to ask. Returns how long it was.
  virtual Duration run_for(Duration length) = 0;

  /// Asks nothing more and waits until the outcome of all that was asked is known. Then lets the
  /// server come to rest.
  virtual void drain() = 0;

  /// Closes what asks, as the last step; connections that only stay do so.
  virtual void close_asking() = 0;

  /// Answers since `start`, those that were drained included.
  virtual std::uint64_t answers() const noexcept = 0;
  /// Of each answer in `run_for`: from its question.
  virtual const Histogram& latency() const noexcept = 0;
  /// What must not be, in all steps.
  virtual const ErrorCounts& errors() const noexcept = 0;
  /// What became of the datagrams of all steps; empty: it sends none.
  virtual std::optional<DatagramCounts> datagrams() const = 0;
};

}  // namespace halo::bench
