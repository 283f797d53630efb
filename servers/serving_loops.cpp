#include "servers/serving_loops.hpp"

#include <cstdlib>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "servers/command_line.hpp"
#include "servers/process.hpp"
#include "servers/server_options.hpp"

namespace halo {
namespace {

std::unique_ptr<ServingLoops> fail(const std::string& program, std::size_t loops,
                                   std::error_code why) {
  command_line::report(program, fmt::format("cannot start {}", counted(loops, "loop")),
                       why.message(), "give fewer --loops, or raise the limits (ulimit -n -u)");
  return nullptr;
}

}  // namespace

std::unique_ptr<ServingLoops> ServingLoops::start(const std::string& program, std::size_t loops,
                                                  PollerKind poller) {
  std::unique_ptr<ServingLoops> serving(new ServingLoops);
  Result<std::unique_ptr<EventLoop>> own = EventLoop::create(poller);
  if (!own) {
    return fail(program, loops, own.error());
  }
  serving->loop_ = std::move(*own);
  EventLoop& loop = *serving->loop_;
  process::exit_at({SIGTERM, SIGINT});  // what a second one does
  Result<std::unique_ptr<SignalSet>> signals = SignalSet::create(
      loop, {SIGTERM, SIGINT}, [&loop](int) { loop.stop(); }, SignalSet::Take::kFirst);
  if (!signals) {
    command_line::report(program, "cannot wait for signals", signals.error().message(),
                         "raise ulimit -n");
    return nullptr;
  }
  serving->signals_ = std::move(*signals);
  Result<std::unique_ptr<LoopPool>> pool = LoopPool::create_around(loop, loops - 1, poller);
  if (!pool) {
    return fail(program, loops, pool.error());
  }
  serving->pool_ = std::move(*pool);
  return serving;
}

int serve_until_signal(const std::string& program, ServingLoops& serving, const Endpoint& at,
                       const HandlerFactory& factory, const TcpServerOptions& options,
                       std::size_t workers, Duration grace) {
  LoopPool& pool = serving.pool();
  const Result<std::unique_ptr<TcpServer>> server = TcpServer::listen(pool, at, factory, options);
  if (!server) {
    report_listen_failure(program, at, server.error());
    return command_line::kFailure;
  }
  print_ready(program, (*server)->local_endpoint(),
              fmt::format("{}, {}, {}", pool.loop(0).poller_name(), counted(pool.size(), "loop"),
                          counted(workers, "worker")));
  serving.run();
  if (const std::size_t cut = (*server)->drain_and_stop(grace)) {
    report_cut(program, cut, grace);
    std::_Exit(command_line::kSuccess);
  }
  return command_line::kSuccess;
}

}  // namespace halo
