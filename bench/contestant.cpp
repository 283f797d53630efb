#include "bench/contestant.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bench/bottleneck.hpp"
#include "bench/datagram_load.hpp"
#include "bench/http_exchange.hpp"
#include "bench/load.hpp"
#include "bench/load/open_loop.hpp"
#include "bench/process_stats.hpp"
#include "bench/units.hpp"

namespace halo::bench {
namespace {

constexpr Duration kStopLimit = std::chrono::seconds(10);

/// Both sides' CPU time at one moment.
struct CpuTimes {
  std::optional<Duration> server, client;

  explicit CpuTimes(int server_pid) : server(cpu_time(server_pid)), client(own_cpu_time()) {}
};

std::unique_ptr<ClosedLoop> make_load(EventLoop& loop, const Scenario& scenario,
                                      const Endpoint& server, const Interrupt& interrupt) {
  if (scenario.datagrams) {
    DatagramLoadOptions options;
    options.server = server;
    options.sockets = scenario.connections;
    options.window = scenario.depth;
    return std::make_unique<DatagramLoad>(loop, options, interrupt);
  }
  LoadOptions options;
  options.server = server;
  options.connections = scenario.connections;
  options.depth = scenario.depth;
  options.churn = scenario.churn;
  options.exchange = scenario.http ? &kHttpExchange : &kHelloExchange;
  return std::make_unique<Load>(loop, options, interrupt);
}

void note_latency(Figures& figures, const Histogram& latency, Duration length) {
  if (latency.count() > 0) {
    figures.requests_per_s = static_cast<double>(latency.count()) / seconds(length);
    figures.p50_us = microseconds(latency.percentile(50));
    figures.p99_us = microseconds(latency.percentile(99));
    figures.p999_us = microseconds(latency.percentile(99.9));
    figures.max_us = microseconds(latency.longest());
  }
}

}  // namespace

Contestant::Contestant(EventLoop& loop, const Scenario& scenario, const Model& model,
                       const RunSettings& settings, const Interrupt& interrupt)
    : loop_(loop),
      scenario_(scenario),
      model_(model),
      settings_(settings),
      interrupt_(interrupt),
      totals_(no_time()),
      server_cpu_(Duration::zero()),
      client_cpu_(Duration::zero()) {}

bool Contestant::fail(Outcome outcome, std::string reason) {
  run_.outcome = outcome;
  run_.reason = std::move(reason);
  return false;
}

std::optional<Duration> Contestant::server_cpu() const {
  return server_ ? cpu_time(server_->pid()) : std::nullopt;
}

// ---- before the slices ----

void Contestant::prepare() {
  if (start() && open_connections() && warm_up()) {
    switches_before_ = context_switches(server_->pid());
    series_.emplace(server_->pid());
  }
}

bool Contestant::start() {
  const std::optional<int> core =
      settings_.cores ? std::optional(settings_.cores->server) : std::nullopt;
  StartedServer started = start_server(loop_, model_, settings_.programs, core, interrupt_);
  server_ = std::move(started.process);
  if (!started.failure.empty()) {
    return fail(Outcome::kFailed, started.failure);
  }
  endpoint_ = started.endpoint;
  load_ = make_load(loop_, scenario_, endpoint_, interrupt_);
  return true;
}

bool Contestant::open_connections() {
  std::size_t opened = load_->open();
  const std::size_t idle = scenario_.idle_connections;
  if (idle > 0 && opened == scenario_.connections) {
    const auto before = resident_bytes(server_->pid());
    opened += load_->open_idle(idle);
    const auto after = resident_bytes(server_->pid());
    run_.figures.idle_connection_bytes = each(difference(before, after), static_cast<double>(idle));
  }
  const std::size_t wanted = scenario_.connections + idle;
  return opened == wanted || fail(Outcome::kLoadNotReached,
                                  fmt::format("{} of {} {} were opened", opened, wanted,
                                              scenario_.datagrams ? "sockets" : "connections"));
}

bool Contestant::warm_up() {
  const TimePoint began = monotonic_clock().now();
  load_->start();
  turn_ = monotonic_clock().now() - began;
  load_->run_for(settings_.warm_up);
  load_->drain();
  answers_of_life_ += load_->answers();
  return load_->errors().empty() || fail(Outcome::kFailed, "errors during the warm-up");
}

// ---- the slices ----

void Contestant::take_slice(Duration length) {
  if (failed() || interrupt_) {
    return;
  }
  const int pid = server_->pid();
  const TimePoint began = monotonic_clock().now();
  const CpuTimes at_rest(pid);
  load_->start();
  note_threads();
  const CpuTimes window_begin(pid);
  SliceTotals slice;
  slice.length = load_->run_for(length);
  const CpuTimes window_end(pid);
  note_threads();
  load_->drain();
  const CpuTimes at_rest_again(pid);
  slice.loaded = monotonic_clock().now() - began;
  slice.server_cpu = difference(window_begin.server, window_end.server);
  slice.client_cpu = difference(window_begin.client, window_end.client);
  answers_of_life_ += load_->answers();
  run_.answers += load_->answers();
  if (!load_->errors().empty()) {
    fail(Outcome::kFailed, "errors");
    return;
  }
  note_slice(slice, difference(at_rest.server, at_rest_again.server),
             difference(at_rest.client, at_rest_again.client));
}

void Contestant::note_slice(const SliceTotals& slice, std::optional<Duration> server_cpu,
                            std::optional<Duration> client_cpu) {
  const auto answers = static_cast<double>(load_->answers());
  const Histogram& latency = load_->latency();
  Figures& figures = run_.slices.emplace_back();
  note_latency(figures, latency, slice.length);
  // Too few answers for a tail: that is a figure of the whole round.
  figures.p99_us = figures.p999_us = figures.max_us = std::nullopt;
  figures.server_cpu_us = each(in_us(server_cpu), answers);
  figures.client_cpu_us = each(in_us(client_cpu), answers);
  latency_.merge(latency);
  totals_ = totals_ + slice;
  server_cpu_ = sum(server_cpu_, server_cpu);
  client_cpu_ = sum(client_cpu_, client_cpu);
  series_->add(slice, latency);
}

void Contestant::note_threads() {
  threads_peak_ = std::max(threads_peak_, thread_count(server_->pid()).value_or(0));
}

// ---- after them ----

void Contestant::note_figures() {
  const int pid = server_->pid();
  const auto answers = static_cast<double>(run_.answers);
  Figures& figures = run_.figures;
  note_latency(figures, latency_, totals_.length);
  figures.server_cpu_us = each(in_us(server_cpu_), answers);
  figures.client_cpu_us = each(in_us(client_cpu_), answers);
  figures.server_busy = each(in_us(totals_.server_cpu), microseconds(totals_.length));
  figures.client_busy = each(in_us(totals_.client_cpu), microseconds(totals_.length));
  figures.switches = each(difference(switches_before_, context_switches(pid)), answers);
  if (threads_peak_ > 0) {
    figures.threads_peak = static_cast<double>(threads_peak_);
  }
  figures.rss_bytes = as_double(resident_bytes(pid));
  run_.bottleneck = find_bottleneck(figures, settings_.cores.has_value());
  run_.series = series_->series();
}

void Contestant::sum_up() {
  if (!failed() && !interrupt_) {
    if (run_.answers > 0) {
      note_figures();
    } else {
      fail(Outcome::kFailed, "no answer at all");
    }
  }
}

void Contestant::take_open_loop(double rate, Duration length) {
  if (failed() || interrupt_) {
    return;
  }
  load_->close_asking();
  load::OpenLoopOptions options;
  options.connections = scenario_.connections;
  options.depth = scenario_.depth;
  options.rate = rate;
  options.warm_up = settings_.warm_up;
  options.window = length;
  const load::Tallies tallies =
      load::run_open_loop(loop_, load::hello_lines(endpoint_), options, interrupt_);
  answers_of_life_ += tallies.answered;
  for (const auto& [kind, count] : tallies.failures) {
    count_error(run_.errors, kind, count.times);
  }
  if (interrupt_) {
    return;
  }
  if (tallies.opened < scenario_.connections) {
    fail(Outcome::kLoadNotReached, fmt::format("{} of {} connections were opened at a fixed rate",
                                               tallies.opened, scenario_.connections));
  } else if (tallies.failed + tallies.failed_before > 0) {
    fail(Outcome::kFailed, fmt::format("{} questions failed at a fixed rate",
                                       tallies.failed + tallies.failed_before));
  } else {
    open_loop_ = load::open_loop_result(rate, tallies);
  }
}

void Contestant::close() {
  if (!load_) {
    return;
  }
  for (const auto& [kind, times] : load_->errors()) {
    count_error(run_.errors, kind, times);
  }
  run_.datagrams = load_->datagrams();
  load_.reset();
}

Run Contestant::finish() {
  close();
  if (server_) {
    note_exit();
  }
  if (interrupt_) {
    fail(Outcome::kInterrupted, "interrupted");
  }
  if (failed()) {
    run_.figures = {};
    run_.slices.clear();
    run_.series.clear();
    latency_.clear();
    open_loop_.reset();
  }
  return std::move(run_);
}

void Contestant::note_exit() {
  const ChildExit ended = server_->stop(kStopLimit);
  if (scenario_.churn && run_.figures.switches && answers_of_life_ > 0) {
    // Threads that have ended are not in /proc any more, but in the sum for the whole process.
    run_.figures.switches =
        static_cast<double>(ended.context_switches) / static_cast<double>(answers_of_life_);
  }
  if (!ended.clean() && !interrupt_) {
    const std::string before = run_.reason.empty() ? "" : run_.reason + "; ";
    fail(Outcome::kFailed,
         fmt::format("{}{} ended with {}", before,
                     model_.shell.empty() ? model_.program : model_.name, ended.describe()));
  }
  if (run_.outcome == Outcome::kFailed) {
    const std::string said = server_->error_output();
    run_.reason += said.empty() ? "" : "; its standard error:\n" + said;
  }
}

}  // namespace halo::bench
