#pragma once

#include <cstddef>
#include <cstdint>
#include <system_error>
#include <vector>

#include "bench/connection_opener.hpp"
#include "bench/error_counts.hpp"
#include "bench/histogram.hpp"
#include "bench/interrupt.hpp"
#include "reactor/connection_table.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/owned_fd.hpp"

namespace halo::bench {

struct LoadOptions {
  Endpoint server;
  std::size_t connections = 1;  ///< that ask
  std::size_t depth = 1;        ///< questions of one connection under way, 1 to kDepthMax
  /// Each question gets a connection of its own: connect, ask, close, and again.
  bool churn = false;
  Duration open_timeout = std::chrono::seconds(30);   ///< for all connections together
  Duration answer_timeout = std::chrono::seconds(5);  ///< for what is still under way at the end
};

/// A closed loop of questions to a hello server: each connection asks its next question when an
/// earlier one was answered. What it measures is service time. Every answer is compared byte for
/// byte. *Owner:* one run. *Thread:* the loop's; the steps are called from outside of its
/// callbacks.
///
/// 1. Between `start` and the return of `drain` all that was asked was answered, so that the
/// server's
///    CPU time between these two quiet moments belongs to exactly `answers()`.
/// 2. A connection that fails is counted by kind and not replaced.
class Load {
 public:
  static constexpr std::size_t kDepthMax = 1024;

  Load(EventLoop& loop, const LoadOptions& options, const Interrupt& interrupt);
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load();

  /// Opens the connections and takes their welcome. Returns how many there are. In a churn there is
  /// nothing to open before.
  std::size_t open();

  /// Opens connections that only take the welcome and stay. Returns how many there are.
  std::size_t open_idle(std::size_t count);

  /// Begins to ask, with new figures, and returns when as much was answered as was asked at once:
  /// from then on questions and answers are in their steady mixture.
  void start();

  /// Goes on asking for `length`; what is answered meanwhile is in `latency`. Ends early when we
  /// are interrupted or no connection is left. Returns how long it was.
  Duration run_for(Duration length);

  /// Asks nothing more and waits for the answers under way; those that do not come are counted as
  /// time-outs. Then lets the server come to rest.
  void drain();

  /// Answers since `start`, those that were drained included.
  std::uint64_t answers() const noexcept { return answers_; }
  /// Of each answer in `run_for`: from the question, in a churn from the call of connect.
  const Histogram& latency() const noexcept { return latency_; }
  /// Of all steps.
  const ErrorCounts& errors() const noexcept { return errors_; }

 private:
  class Client;  // the handler of each connection
  enum class State { kQuiet, kAsking, kDraining, kClosing };

  std::size_t open_in(ConnectionTable& table, std::size_t count);
  void adopt(OwnedFd socket, TimePoint began);
  void on_open_failed(std::error_code why);
  void start_cycles(std::size_t count);

  EventLoop& loop_;
  LoadOptions options_;
  const Interrupt& interrupt_;
  State state_ = State::kQuiet;
  bool measuring_ = false;
  std::uint32_t next_name_ = 0;  // of a connection, in its questions
  std::size_t asking_ = 0;  // connections with a welcome that ask; in a churn also the coming ones
  std::size_t under_way_ = 0;  // questions; in a churn they begin with the connect
  std::size_t opened_ = 0;     // with their welcome, by the present call of open_in
  std::size_t failed_ = 0;     // to open, in the present call of open_in
  std::uint64_t answers_ = 0;
  Histogram latency_;
  ErrorCounts errors_;
  std::vector<char> questions_;  // of one event
  ConnectionTable active_;
  ConnectionTable idle_;
  ConnectionTable* opening_ = &active_;  // where new connections go
  ConnectionOpener opener_;
};

}  // namespace halo::bench
