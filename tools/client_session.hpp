#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "protocols/hello/answers.hpp"
#include "protocols/hello/line_codec.hpp"
#include "reactor/connection.hpp"
#include "reactor/connection_handler.hpp"
#include "reactor/time.hpp"
#include "tools/name_source.hpp"

namespace halo {

struct ClientOptions {
  hello::Framing framing = hello::Framing::kLine;
  /// For the welcome, and for the next answer while one is due.
  Duration timeout = std::chrono::seconds(10);
};

/// What became of a client's conversation.
struct ClientOutcome {
  std::size_t names = 0;    ///< sent
  std::size_t answers = 0;  ///< received
  std::string why;          ///< it failed; empty: every name was answered
  std::string fix;
};

/// Why `name` cannot be sent; empty: it can.
std::string_view problem_with(std::string_view name, hello::Framing framing);

/// The client's side of a hello connection: prints the welcome, sends names, prints the answers.
/// *Owner:* its Connection. *Lifetime:* names, options and outcome must outlive it.
///
///   state       event                              what happens             then
///   ---------------------------------------------------------------------------------
///   greeting    welcome                            print, send names        talking
///   talking     answer, or more names              print, send names        talking
///   talking     no more names, none unanswered     send `exit`, close       -
///   talking     another reply than the one expected  note why, close        -
///   any         end of input, timeout              note why, close          -
///
/// 1. At most a window of names is unanswered; with chunks one, since only then a read is one
/// answer.
/// 2. When the connection is closed, the loop is stopped.
class ClientSession final : public ConnectionHandler {
 public:
  ClientSession(NameSource& names, const ClientOptions& options, ClientOutcome& outcome);

  void on_open(Connection& connection) override;
  std::size_t on_data(Connection& connection, std::span<const std::byte> unread) override;
  void on_end(Connection& connection, std::span<const std::byte> unread) override;
  void on_drain(Connection& connection) override;
  void on_close(Connection& connection, std::error_code why) override;

 private:
  struct Reply {
    std::string_view text;
    std::size_t consumed;
  };

  std::optional<Reply> take_reply(std::span<const std::byte> unread);
  bool take_in(std::string_view reply);
  void talk(Connection& connection);
  void send_name(Connection& connection, std::string_view name);
  void watch_the_time(Connection& connection);
  void fail(Connection& connection, std::string why, std::string fix);
  bool waiting() const noexcept { return !greeted_ || outcome_.answers < outcome_.names; }

  NameSource& names_;
  const ClientOptions& options_;
  ClientOutcome& outcome_;
  hello::LineDecoder decoder_;
  std::deque<std::string> expected_;  // the replies to come: the welcome, then answers
  bool greeted_ = false;
  bool names_ended_ = false;
  TimerId timer_;
};

}  // namespace halo
