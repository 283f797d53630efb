#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bench/closed_loop.hpp"
#include "bench/histogram/histogram.hpp"
#include "bench/interrupt.hpp"
#include "bench/measure.hpp"
#include "bench/results.hpp"
#include "bench/scenarios.hpp"
#include "bench/series_recorder.hpp"
#include "bench/server_start.hpp"
#include "reactor/event_loop.hpp"

namespace halo::bench {

/// One model in one round: its server, the load with all its connections, and what was measured so
/// far. *Owner:* a round. *Thread:* the loop's; the steps are called from outside of its callbacks.
///
/// 1. The steps are `prepare`, any number of `take_slice`, `sum_up`, perhaps
///    `take_open_loop`, then `finish`, which stops the server.
/// 2. Between two steps everything that was asked was answered: whoever else is measured then has
///    the cores to himself, and this server's CPU time belongs to its own answers.
/// 3. After a failure its steps do nothing; `finish` tells.
class Contestant {
 public:
  Contestant(EventLoop& loop, const Scenario& scenario, const Model& model,
             const RunSettings& settings, const Interrupt& interrupt);
  Contestant(const Contestant&) = delete;
  Contestant& operator=(const Contestant&) = delete;

  /// Starts the server, opens the connections, and loads it for the warm-up.
  void prepare();

  /// Loads it for `length`, and until all that was asked then is answered.
  void take_slice(Duration length);

  /// After the last slice: the figures of all of them.
  void sum_up();

  /// Loads it at `rate`, questions a second, for `length` after the warm-up, over as many
  /// connections as before, which are closed. Idle ones stay. Its figures are apart.
  void take_open_loop(double rate, Duration length);

  /// Closes the connections. The others' can go on.
  void close();

  /// Closes the connections and stops the server, whatever has happened before.
  Run finish();

  bool failed() const noexcept { return run_.outcome != Outcome::kMeasured; }
  /// How long it took, in the warm-up, until each connection had its first answers.
  Duration turn() const noexcept { return turn_; }
  /// Of the answers in all slices.
  const Histogram& latency() const noexcept { return latency_; }
  /// Answers a second, once it was summed up. Empty: it has failed.
  std::optional<double> answers_per_s() const noexcept { return run_.figures.requests_per_s; }
  /// Empty: there was no open loop, or it has failed.
  const std::optional<OpenLoopResult>& open_loop() const noexcept { return open_loop_; }
  /// Of the server until now. Empty: the system does not tell, or there is none.
  std::optional<Duration> server_cpu() const;

 private:
  bool fail(Outcome outcome, std::string reason);
  bool start();
  bool open_connections();
  bool warm_up();
  void note_slice(const SliceTotals& slice, std::optional<Duration> server_cpu,
                  std::optional<Duration> client_cpu);
  void note_figures();
  void note_exit();
  void note_threads();

  EventLoop& loop_;
  const Scenario& scenario_;
  const Model& model_;
  const RunSettings& settings_;
  const Interrupt& interrupt_;
  Run run_;
  std::unique_ptr<ChildProcess> server_;
  Endpoint endpoint_;
  std::unique_ptr<ClosedLoop> load_;
  std::optional<SeriesRecorder> series_;
  Duration turn_{};
  std::uint64_t answers_of_life_ = 0;  // of the server, the warm-up's included
  Histogram latency_;
  std::optional<OpenLoopResult> open_loop_;
  SliceTotals totals_;                               // of all slices
  std::optional<Duration> server_cpu_, client_cpu_;  // of all slices, from rest to rest
  std::optional<std::uint64_t> switches_before_;
  std::size_t threads_peak_ = 0;
};

}  // namespace halo::bench
