#include "bench/measure.hpp"

#include <algorithm>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "bench/child_process.hpp"
#include "bench/datagram_load.hpp"
#include "bench/http_exchange.hpp"
#include "bench/load.hpp"
#include "bench/process_stats.hpp"

namespace halo::bench {
namespace {

constexpr Duration kStartLimit = std::chrono::seconds(10);
constexpr Duration kStopLimit = std::chrono::seconds(10);
constexpr Duration kThreadsInterval = std::chrono::milliseconds(50);
constexpr double kBusy = 0.9;  // of what a side has: then it is the one that the other waits for

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
double microseconds(Duration duration) { return seconds(duration) * 1e6; }

/// Both sides' CPU time at one moment.
struct CpuTimes {
  std::optional<Duration> server, client;

  explicit CpuTimes(int server_pid) : server(cpu_time(server_pid)), client(own_cpu_time()) {}
};

std::optional<double> difference(std::optional<Duration> begin, std::optional<Duration> end,
                                 double divisor) {
  return begin && end && divisor > 0 ? std::optional(microseconds(*end - *begin) / divisor)
                                     : std::nullopt;
}

std::optional<double> difference(std::optional<std::uint64_t> begin,
                                 std::optional<std::uint64_t> end, double divisor) {
  return begin && end && divisor > 0
             ? std::optional((static_cast<double>(*end) - static_cast<double>(*begin)) / divisor)
             : std::nullopt;
}

std::string_view find_bottleneck(const Figures& figures, bool pinned) {
  if (!figures.server_busy || !figures.client_busy) {
    return "n/a";
  }
  const double cores = std::max(1U, std::thread::hardware_concurrency());
  const double server_has = pinned ? 1.0 : std::min(figures.threads_peak.value_or(1.0), cores);
  const bool shared = !pinned && *figures.server_busy + *figures.client_busy >= kBusy * cores;
  const bool server = shared || *figures.server_busy >= kBusy * server_has;
  const bool client = shared || *figures.client_busy >= kBusy;
  return server && client ? "both" : server ? "server" : client ? "client" : "neither";
}

/// The sequence of one run. Each step fills in what it measures; a false return ends the run.
class Measurement {
 public:
  Measurement(EventLoop& loop, const Scenario& scenario, const RunSettings& settings,
              const Interrupt& interrupt)
      : loop_(loop), scenario_(scenario), settings_(settings), interrupt_(interrupt) {}

  Run take(const Model& model, Histogram& latency) {
    const bool measured = start_server(model) && open_connections() && warm_up() && load_window();
    if (load_) {
      run_.errors = load_->errors();
      run_.datagrams = load_->datagrams();
    }
    if (measured && run_.errors.empty()) {
      latency.merge(load_->latency());
    }
    load_.reset();  // every connection, before the server goes
    stop_server(model);
    if (run_.outcome == Outcome::kMeasured && !run_.errors.empty()) {
      end(Outcome::kFailed, "errors");
    }
    if (interrupt_) {
      end(Outcome::kInterrupted, "interrupted");
    }
    if (run_.outcome != Outcome::kMeasured) {
      run_.figures = {};
    }
    return std::move(run_);
  }

 private:
  bool end(Outcome outcome, std::string reason) {
    run_.outcome = outcome;
    run_.reason = std::move(reason);
    return false;
  }

  bool start_server(const Model& model) {
    const std::optional<int> core =
        settings_.cores ? std::optional(settings_.cores->server) : std::nullopt;
    Result<std::unique_ptr<ChildProcess>> started =
        ChildProcess::start(loop_, server_command(model, settings_.programs), core);
    if (!started) {
      return end(Outcome::kFailed, "cannot start: " + started.error().message());
    }
    server_ = std::move(*started);
    const std::string line = server_->first_line(kStartLimit, interrupt_).value_or("");
    // "hello-tcp listening on 127.0.0.1:PORT (epoll, 1 loop, 0 workers)"
    constexpr std::string_view kBefore = "listening on ";
    const std::size_t begin = line.find(kBefore);
    if (begin == std::string::npos) {
      return end(Outcome::kFailed, fmt::format("said '{}', not where it listens", line));
    }
    const std::string address = line.substr(begin + kBefore.size());
    const Result<Endpoint> endpoint = Endpoint::parse(address.substr(0, address.find(' ')));
    if (!endpoint) {
      return end(Outcome::kFailed, fmt::format("said '{}', not where it listens", line));
    }
    load_ = make_load(*endpoint);
    return true;
  }

  std::unique_ptr<ClosedLoop> make_load(const Endpoint& server) {
    if (scenario_.datagrams) {
      DatagramLoadOptions options;
      options.server = server;
      options.sockets = scenario_.connections;
      options.window = scenario_.depth;
      return std::make_unique<DatagramLoad>(loop_, options, interrupt_);
    }
    LoadOptions options;
    options.server = server;
    options.connections = scenario_.connections;
    options.depth = scenario_.depth;
    options.churn = scenario_.churn;
    options.exchange = scenario_.http ? &kHttpExchange : &kHelloExchange;
    return std::make_unique<Load>(loop_, options, interrupt_);
  }

  bool open_connections() {
    std::size_t opened = load_->open();
    const std::size_t idle = scenario_.idle_connections;
    if (idle > 0 && opened == scenario_.connections) {
      const auto before = resident_bytes(server_->pid());
      opened += load_->open_idle(idle);
      run_.figures.idle_connection_bytes =
          difference(before, resident_bytes(server_->pid()), static_cast<double>(idle));
    }
    const std::size_t wanted = scenario_.connections + idle;
    return opened == wanted || end(Outcome::kLoadNotReached,
                                   fmt::format("{} of {} {} were opened", opened, wanted,
                                               scenario_.datagrams ? "sockets" : "connections"));
  }

  bool warm_up() {
    load_->start();
    load_->run_for(settings_.warm_up);
    load_->drain();
    total_answers_ += load_->answers();
    return load_->errors().empty() || end(Outcome::kFailed, "errors during the warm-up");
  }

  bool load_window() {
    const int pid = server_->pid();
    const auto switches = context_switches(pid);
    std::size_t threads = thread_count(pid).value_or(0);
    const TimerId watcher = loop_.run_every(kThreadsInterval, [&threads, pid] {
      threads = std::max(threads, thread_count(pid).value_or(0));
    });

    const CpuTimes at_rest(pid);
    load_->start();
    const CpuTimes window_begin(pid);
    const Duration length = load_->run_for(settings_.window);
    const CpuTimes window_end(pid);
    load_->drain();
    const CpuTimes at_rest_again(pid);

    loop_.cancel(watcher);
    const auto answers = static_cast<double>(load_->answers());
    const double window_us = microseconds(length);
    Figures& figures = run_.figures;
    figures.server_cpu_us = difference(at_rest.server, at_rest_again.server, answers);
    figures.client_cpu_us = difference(at_rest.client, at_rest_again.client, answers);
    figures.server_busy = difference(window_begin.server, window_end.server, window_us);
    figures.client_busy = difference(window_begin.client, window_end.client, window_us);
    figures.switches = difference(switches, context_switches(pid), answers);
    if (threads > 0) {
      figures.threads_peak = static_cast<double>(threads);
    }
    if (const auto rss = resident_bytes(pid)) {
      figures.rss_bytes = static_cast<double>(*rss);
    }
    note_latency(length);
    run_.answers = load_->answers();
    total_answers_ += load_->answers();
    run_.bottleneck = find_bottleneck(figures, settings_.cores.has_value());
    return load_->answers() > 0 || end(Outcome::kFailed, "no answer at all");
  }

  void note_latency(Duration length) {
    const Histogram& latency = load_->latency();
    Figures& figures = run_.figures;
    if (latency.count() > 0) {
      figures.requests_per_s = static_cast<double>(latency.count()) / seconds(length);
      figures.p50_us = microseconds(latency.percentile(50));
      figures.p99_us = microseconds(latency.percentile(99));
      figures.p999_us = microseconds(latency.percentile(99.9));
      figures.max_us = microseconds(latency.longest());
    }
  }

  void stop_server(const Model& model) {
    if (!server_) {
      return;
    }
    const ChildExit ended = server_->stop(kStopLimit);
    if (scenario_.churn && run_.figures.switches && total_answers_ > 0) {
      // Threads that have ended are not in /proc any more, but in the sum for the whole process.
      run_.figures.switches =
          static_cast<double>(ended.context_switches) / static_cast<double>(total_answers_);
    }
    if (!ended.clean() && !interrupt_) {
      const std::string before = run_.reason.empty() ? "" : run_.reason + "; ";
      end(Outcome::kFailed,
          fmt::format("{}{} ended with {}", before, model.program, ended.describe()));
    }
    if (run_.outcome == Outcome::kFailed) {
      const std::string said = server_->error_output();
      run_.reason += said.empty() ? "" : "; its standard error:\n" + said;
    }
  }

  EventLoop& loop_;
  const Scenario& scenario_;
  const RunSettings& settings_;
  const Interrupt& interrupt_;
  Run run_;
  std::unique_ptr<ChildProcess> server_;
  std::unique_ptr<ClosedLoop> load_;
  std::uint64_t total_answers_ = 0;  // of the server's whole life
};

}  // namespace

std::vector<std::string> server_command(const Model& model, const std::filesystem::path& programs) {
  std::vector<std::string> command{(programs / model.program).string(), "--port", "0"};
  command.insert(command.end(), model.arguments.begin(), model.arguments.end());
  return command;
}

Run measure(EventLoop& loop, const Scenario& scenario, const Model& model,
            const RunSettings& settings, const Interrupt& interrupt, Histogram& latency) {
  return Measurement(loop, scenario, settings, interrupt).take(model, latency);
}

}  // namespace halo::bench
