#pragma once

#include <cstddef>

#include <CLI/CLI.hpp>

#include "protocols/hello/answers.hpp"
#include "protocols/hello/datagram_codec.hpp"
#include "protocols/hello/line_codec.hpp"
#include "protocols/hello/work.hpp"
#include "servers/server_options.hpp"

namespace halo {

/// What both hello servers can be told, with its defaults.
struct HelloServerOptions : ServerOptions {
  hello::Framing framing = hello::Framing::kLine;
  std::size_t line_bytes_max = hello::LineDecoder::kMessageBytesMax;
  hello::Work work{};
};

/// --framing.
void add_framing_option(CLI::App& app, hello::Framing& framing);

/// --loop-guard, of a server over datagrams.
void add_loop_guard_option(CLI::App& app, hello::LoopGuard& guard);

/// All of HelloServerOptions.
void add_server_options(CLI::App& app, HelloServerOptions& options);

}  // namespace halo
