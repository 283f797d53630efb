// hello over UDP, event-driven: on each loop a socket that takes and answers datagrams in batches.

#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "protocols/hello/datagram_codec.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/signal_set.hpp"
#include "servers/command_line.hpp"
#include "servers/hello_options.hpp"
#include "servers/process.hpp"
#include "servers/serving_loops.hpp"
#include "servers/udp_server.hpp"

namespace halo {
namespace {

const std::string kProgram = "hello-udp";

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 9999;
  std::size_t loops = process::usable_processors();
  PollerKind poller = PollerKind::kBest;
  std::size_t batch_messages = limits::kDatagramsPerEvent;
  Offload gso = Offload::kAuto;
  hello::LoopGuard loop_guard = hello::LoopGuard::kOn;
};

constexpr std::size_t kLoopsMax = 1024;

// A datagram of a few bytes takes some 800 of the kernel's memory, and what comes while a loop
// waits for its turn of a processor must find room. A system may allow less, without a word.
constexpr std::size_t kReceiveBufferBytes = std::size_t{1} << 20;

void add_options(CLI::App& app, Options& options) {
  using command_line::add_choice;
  using command_line::add_number;
  add_endpoint_options(app, options.host, options.port);
  app.get_option("--port")->description("UDP port; 0: a free one, which the first line names");
  add_number<std::size_t>(app, "--loops", options.loops, 1, kLoopsMax,
                          "Event loops, each on one thread and with a socket of its own; by "
                          "default one for each processor");
  add_choice<PollerKind>(app, "--poller", options.poller, poller_words(),
                         "The kernel's interface to wait with");
  add_number<std::size_t>(app, "--batch", options.batch_messages, 1, limits::kDatagramsPerCallMax,
                          "Messages received in one event and sent in one system call");
  add_choice<Offload>(
      app, "--gso", options.gso, {{"auto", Offload::kAuto}, {"off", Offload::kOff}},
      "Give answers of one size to one peer to the kernel as one message, which it cuts (Linux), "
      "and take them so, too");
  add_loop_guard_option(app, options.loop_guard);
  app.footer(
      "SIGUSR1 prints the counters on one line of standard error, and so does the end.\n"
      "Examples:\n"
      "  hello-udp                           datagrams, on 127.0.0.1:9999\n"
      "  hello-udp --host 0.0.0.0            on every address; answers leave from the one asked\n"
      "Try it: hello-client --udp Lambda Bond, or printf Bond | nc -u -w1 127.0.0.1 9999");
}

int fail(std::string_view what, std::string_view why, std::string_view fix) {
  command_line::report(kProgram, what, why, fix);
  return command_line::kFailure;
}

/// Serves until SIGTERM or SIGINT, then answers what has arrived.
int run(const Options& options) {
  const LogSink log = process::log_to_stderr(kProgram);
  const std::optional<Endpoint> at = listen_endpoint(kProgram, options.host, options.port);
  if (!at) {
    return command_line::kFailure;
  }
  const std::unique_ptr<ServingLoops> serving =
      ServingLoops::start(kProgram, options.loops, options.poller);
  if (serving == nullptr) {
    return command_line::kFailure;
  }
  const Result<std::unique_ptr<UdpServer>> server =
      UdpServer::bind(serving->pool(), *at, options.loop_guard,
                      {.batch_messages = options.batch_messages,
                       .gso = options.gso,
                       .gro = options.gso,
                       .receive_buffer_bytes = kReceiveBufferBytes});
  if (!server) {
    report_listen_failure(kProgram, *at, server.error());
    return command_line::kFailure;
  }
  const auto say_counters = [&log, &server](int) { log(LogLevel::kInfo, (*server)->counters()); };
  EventLoop& loop = serving->pool().loop(0);
  const Result<std::unique_ptr<SignalSet>> asks = SignalSet::create(loop, {SIGUSR1}, say_counters);
  if (!asks) {
    return fail("cannot wait for signals", asks.error().message(), "raise ulimit -n");
  }
  print_ready(kProgram, (*server)->local_endpoint(),
              fmt::format("{}, {}", loop.poller_name(), counted(options.loops, "loop")));
  serving->run();
  (*server)->drain_and_stop();
  say_counters(0);
  return command_line::kSuccess;
}

}  // namespace
}  // namespace halo

int main(int argc, char** argv) {
  using namespace halo;
  process::prepare();
  Options options;
  CLI::App app("Answers names over UDP, event-driven: each datagram by one.", kProgram);
  add_options(app, options);
  if (const std::optional<int> code = command_line::parse(app, argc, argv)) {
    return *code;
  }
  try {
    return run(options);
  } catch (const std::bad_alloc&) {
    return fail("cannot start", "out of memory", "give fewer --loops, or a smaller --batch");
  }
}
