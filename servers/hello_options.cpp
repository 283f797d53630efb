#include "servers/hello_options.hpp"

#include "servers/command_line.hpp"
#include "servers/work_options.hpp"

namespace halo {
namespace {

// A line and its answer must fit into the buffers of a connection.
constexpr std::size_t kLineBytesMaxMax = std::size_t{256} * 1024 * 1024;

}  // namespace

void add_framing_option(CLI::App& app, hello::Framing& framing) {
  command_line::add_choice<hello::Framing>(
      app, "--framing", framing,
      {{"line", hello::Framing::kLine}, {"chunk", hello::Framing::kChunk}},
      "How messages are cut: at each LF, or one read of at most 1024 bytes each, as the tutorial "
      "does");
}

void add_loop_guard_option(CLI::App& app, hello::LoopGuard& guard) {
  command_line::add_choice<hello::LoopGuard>(
      app, "--loop-guard", guard, {{"on", hello::LoopGuard::kOn}, {"off", hello::LoopGuard::kOff}},
      "Answer neither what has the form of an answer nor the server itself, so that two servers "
      "cannot keep each other busy for ever");
}

void add_server_options(CLI::App& app, HelloServerOptions& options) {
  using command_line::add_number;
  add_endpoint_options(app, options.host, options.port);
  app.get_option("--port")->description("TCP port; 0: a free one, which the first line names");
  add_framing_option(app, options.framing);
  add_work_option(app, options.work, "message");
  const std::string limits = add_limit_options(app, options);
  add_number<std::size_t>(app, "--line-max", options.line_bytes_max, 1, kLineBytesMaxMax,
                          "Bytes of the longest line")
      ->group(limits);
}

}  // namespace halo
