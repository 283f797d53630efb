#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "bench/closed_loop.hpp"
#include "bench/datagram_ledger.hpp"
#include "bench/interrupt.hpp"
#include "reactor/endpoint.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/udp_socket.hpp"

namespace halo::bench {

struct DatagramLoadOptions {
  Endpoint server;
  std::size_t sockets = 1;
  std::size_t window = 1;  ///< questions outstanding, on all sockets together, 1 to kWindowMax
  /// After which a question is given up and its place asks the next one. Over loopback an answer
  /// takes far less even on a busy machine.
  Duration answer_timeout = std::chrono::milliseconds(500);
  const Clock* clock = &monotonic_clock();  ///< the loop's
};

/// A closed loop of questions over datagrams: whenever one is answered, or given up, the next one
/// leaves at once, so that the window is always full. Every answer is compared byte for byte; what
/// becomes of each question, DatagramLedger says. *Owner:* one run. *Thread:* the loop's; the steps
/// are called from outside of its callbacks.
///
/// 1. Between `start` and the return of `drain` the outcome of each question became known.
/// 2. No time-out is declared before all that has arrived until then was looked at.
/// 3. Questions leave as datagrams of their own (no GSO), as they come from clients on a network.
///    Answers may come joined (GRO): the load should cost less than the server.
/// 4. When the network says that nobody is there, nothing more is asked.
class DatagramLoad final : public ClosedLoop {
 public:
  static constexpr std::size_t kWindowMax = 1024;

  DatagramLoad(EventLoop& loop, const DatagramLoadOptions& options, const Interrupt& interrupt);
  DatagramLoad(const DatagramLoad&) = delete;
  DatagramLoad& operator=(const DatagramLoad&) = delete;
  ~DatagramLoad() override;

  std::size_t open() override;
  std::size_t open_idle(std::size_t count) override;
  void start() override;
  Duration run_for(Duration length) override;
  void drain() override;
  void close_asking() override;

  std::uint64_t answers() const noexcept override { return answers_; }
  /// Of answers in time.
  const Histogram& latency() const noexcept override { return latency_; }
  const ErrorCounts& errors() const noexcept override { return errors_; }
  std::optional<DatagramCounts> datagrams() const override { return ledger_.counts(); }

 private:
  class Client;  // one socket with its handler

  bool may_ask() const noexcept { return asking_ && !nobody_there_ && !ledger_.full(); }
  void ask(std::size_t place, TimePoint now);
  void take(std::size_t socket, std::span<const Datagram> datagrams);
  void note_send_error(std::error_code why);
  void note_receive_error(std::error_code why);
  void await_timeout(Duration delay);
  void give_up_old();

  EventLoop& loop_;
  const DatagramLoadOptions options_;
  const Interrupt& interrupt_;
  DatagramLedger ledger_;
  std::vector<std::unique_ptr<Client>> clients_;
  TimerId timer_;  // when the oldest question may be given up, or earlier
  bool asking_ = false;
  bool measuring_ = false;
  bool nobody_there_ = false;
  std::uint64_t settled_ = 0;  // answered or given up since `start`
  std::uint64_t answers_ = 0;
  Histogram latency_;
  ErrorCounts errors_;
};

}  // namespace halo::bench
