#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <system_error>

#include "reactor/byte_stream.hpp"

namespace halo::test {

/// What a stream shall say to each call, and which calls came. Outlives the stream. Without a word
/// for it a call does what the socket does.
struct StreamScript {
  std::function<std::error_code()> open;
  std::function<Result<std::size_t>(std::span<std::byte>)> read;
  std::function<Result<std::size_t>(std::span<const std::byte>)> write;
  std::function<std::error_code()> finish;
  Interest read_waits_for = Interest::kReadable;
  Interest write_waits_for = Interest::kWritable;
  std::string ahead;       ///< what was read ahead: the next read tells it
  bool has_input = false;  ///< although nothing of that is there
  std::string failure;

  int fd = -1;
  int opens = 0;
  int reads = 0;
  int writes = 0;
  int finishes = 0;
  bool destroyed = false;

  std::unique_ptr<ByteStream> make_stream();
};

/// EAGAIN.
std::error_code would_block();

}  // namespace halo::test
