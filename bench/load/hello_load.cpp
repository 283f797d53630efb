// hello-load: load for any server that speaks lines, datagrams or HTTP/1.1.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "bench/interrupt.hpp"
#include "bench/load/load_options.hpp"
#include "bench/load/merge.hpp"
#include "bench/load/session.hpp"
#include "reactor/event_loop.hpp"
#include "servers/command_line.hpp"
#include "servers/process.hpp"

namespace halo::bench::load {
namespace {

constexpr std::string_view kProgram = "hello-load";

int run(HelloLoadOptions options, const std::vector<std::string>& command) {
  Result<std::unique_ptr<EventLoop>> loop = EventLoop::create();
  if (!loop) {
    command_line::report(kProgram, "cannot wait for events", loop.error().message(), "");
    return kEnvironment;
  }
  const Result<std::unique_ptr<Interrupt>> interrupt = Interrupt::create(**loop);
  if (!interrupt) {
    command_line::report(kProgram, "cannot handle signals", interrupt.error().message(), "");
    return kEnvironment;
  }
  return run_session(**loop, std::move(options), **interrupt, command);
}

}  // namespace
}  // namespace halo::bench::load

int main(int argc, char** argv) {
  using halo::bench::load::HelloLoadOptions;
  halo::process::prepare();
  if (argc > 1 && std::string_view(argv[1]) == "merge") {
    std::vector<const char*> arguments(argv + 1, argv + argc);
    arguments.front() = "hello-load merge";
    return halo::bench::merge_logs(argc - 1, arguments.data());
  }
  std::variant<HelloLoadOptions, int> parsed = halo::bench::load::parse_options(argc, argv);
  if (const int* const code = std::get_if<int>(&parsed)) {
    return *code;
  }
  return halo::bench::load::run(std::move(std::get<HelloLoadOptions>(parsed)),
                                std::vector<std::string>(argv, argv + argc));
}
