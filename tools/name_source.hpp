#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "protocols/hello/line_codec.hpp"
#include "reactor/buffer.hpp"
#include "reactor/event_loop.hpp"
#include "reactor/unique_function.hpp"

namespace halo {

/// Where names come from: the command line, or standard input, one a line. *Thread:* the loop's.
///
/// 1. Standard input is read only when a name is asked for and none is there, so that a long input
///    needs little memory.
/// 2. A terminal or a pipe is waited for by the loop; what loops cannot watch, a file, is read at
///    once.
class NameSource final : private IoHandler {
 public:
  static constexpr std::size_t kNameBytesMax = 1024 * 1024;

  /// `names`: none means that standard input has them.
  NameSource(EventLoop& loop, std::vector<std::string> names);
  NameSource(const NameSource&) = delete;
  NameSource& operator=(const NameSource&) = delete;
  ~NameSource();

  /// Calls `on_more` when, after `next` had none, there may be one, or the end, or an error.
  void set_on_more(UniqueFunction<void()> on_more) { on_more_ = std::move(on_more); }

  /// The next name; empty: there is none at present.
  std::optional<std::string> next();

  /// Whether none will come any more.
  bool ended() const noexcept { return ended_; }

  /// Why standard input could not be read to its end: the system's word, or message_size for a
  /// name of more than kNameBytesMax.
  std::error_code error() const noexcept { return error_; }

 private:
  void on_ready(Event event) override;
  std::optional<std::string> next_argument();
  std::optional<std::string> next_line();
  bool wait_for_input();
  void read_input();
  void end(std::error_code error);

  EventLoop& loop_;
  const std::vector<std::string> arguments_;
  std::size_t used_arguments_ = 0;
  Token watch_;
  Buffer unread_;
  hello::LineDecoder decoder_{kNameBytesMax};
  UniqueFunction<void()> on_more_;
  bool input_ended_ = false;
  bool ended_ = false;
  std::error_code error_;
};

}  // namespace halo
