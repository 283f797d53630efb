#pragma once

#include <atomic>
#include <cstddef>
#include <system_error>

#include "protocols/hello/answers.hpp"
#include "protocols/hello/line_codec.hpp"
#include "protocols/hello/work.hpp"
#include "reactor/time.hpp"

namespace halo {

struct ThreadedSessionOptions {
  hello::Framing framing = hello::Framing::kLine;
  std::size_t line_bytes_max = hello::LineDecoder::kMessageBytesMax;
  hello::Work work{};       ///< done on the connection's thread
  Duration idle_timeout{};  ///< of one read or write; zero: none
};

/// Speaks hello on one connected, blocking socket until the end, in straight lines: read, work,
/// write. The calling thread does nothing else. `draining`, when set, says that the end of input
/// was made by the server, so that an unfinished line is no message.
/// Returns why the connection ended; zero: in order.
std::error_code serve_hello(int fd, const ThreadedSessionOptions& options,
                            const std::atomic<bool>& draining);

}  // namespace halo
