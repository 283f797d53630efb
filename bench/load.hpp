#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <vector>

#include "bench/closed_loop.hpp"
#include "bench/connection_opener.hpp"
#include "bench/hello_exchange.hpp"
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
  const Exchange* exchange = &kHelloExchange;         ///< what is asked and answered; not null
  Duration open_timeout = std::chrono::seconds(30);   ///< for all connections together
  Duration answer_timeout = std::chrono::seconds(5);  ///< for what is still under way at the end
};

/// A closed loop of questions to a server over TCP: each connection asks its next question
/// when an earlier one was answered. Every answer is compared as its exchange says. *Owner:* one
/// run. *Thread:* the loop's; the steps are called from outside of its callbacks.
///
/// 1. Between `start` and the return of `drain` all that was asked was answered, so that the
///    server's CPU time between these two quiet moments belongs to exactly `answers()`.
/// 2. A connection that fails is counted by kind and not replaced.
class Load final : public ClosedLoop {
 public:
  static constexpr std::size_t kDepthMax = 1024;

  Load(EventLoop& loop, const LoadOptions& options, const Interrupt& interrupt);
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load() override;

  /// Opens the connections and takes their welcome. In a churn there is nothing to open before.
  std::size_t open() override;
  std::size_t open_idle(std::size_t count) override;
  void start() override;
  Duration run_for(Duration length) override;
  /// Answers that do not come are counted as time-outs.
  void drain() override;
  void close_asking() override;

  std::uint64_t answers() const noexcept override { return answers_; }
  /// In a churn from the call of connect.
  const Histogram& latency() const noexcept override { return latency_; }
  const ErrorCounts& errors() const noexcept override { return errors_; }
  std::optional<DatagramCounts> datagrams() const override { return std::nullopt; }

 private:
  class Client;  // the handler of each connection
  enum class State { kQuiet, kAsking, kDraining, kClosing };

  std::size_t open_in(ConnectionTable& table, std::size_t count);
  void adopt(OwnedFd socket, TimePoint began);
  void on_open_failed(std::error_code why);
  void start_cycles(std::size_t count);

  EventLoop& loop_;
  LoadOptions options_;
  const Exchange& exchange_;
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
