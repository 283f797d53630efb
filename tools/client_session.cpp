#include "tools/client_session.hpp"

#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "protocols/hello/chunk_codec.hpp"
#include "reactor/error.hpp"
#include "servers/command_line.hpp"

namespace halo {
namespace {

/// Enough to fill the way to a far server with names; the answers to so many fit into its buffers.
constexpr std::size_t kUnansweredMax = 64;
constexpr std::size_t kUnsentBytesMax = 64 * 1024;
/// The answer to the longest name, and some more.
constexpr std::size_t kReplyBytesMax = NameSource::kNameBytesMax + 1024;

std::string_view as_text(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The answer to `name` as it arrives: without the line's end, and without the CR that a server
/// takes for a part of it.
std::string answer_to(std::string_view name, hello::Framing framing) {
  std::string answer;
  if (framing == hello::Framing::kChunk) {
    hello::append_answer(answer, framing, name);
    return answer;
  }
  if (name.ends_with('\r')) {
    name.remove_suffix(1);
  }
  hello::append_answer(answer, framing, name);
  answer.pop_back();
  return answer;
}

/// False: standard output takes no more.
bool print_line(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::putchar('\n') != EOF;
}

}  // namespace

std::string_view problem_with(std::string_view name, hello::Framing framing) {
  if (framing == hello::Framing::kLine) {
    return name.find('\n') == std::string_view::npos ? "" : "a line feed ends a name";
  }
  if (name.empty()) {
    return "with --framing chunk an empty name is nothing at all";
  }
  return name.size() <= hello::ChunkDecoder::kMessageBytesMax
             ? ""
             : "with --framing chunk a name has at most 1024 bytes";
}

ClientSession::ClientSession(NameSource& names, const ClientOptions& options,
                             ClientOutcome& outcome)
    : names_(names),
      options_(options),
      outcome_(outcome),
      decoder_(kReplyBytesMax),
      expected_{std::string(hello::welcome(options.framing))} {}

void ClientSession::on_open(Connection& connection) {
  names_.set_on_more([&loop = connection.loop(), id = connection.id()] {
    if (Connection* const open = Connection::find(loop, id)) {
      static_cast<ClientSession&>(open->handler()).talk(*open);
    }
  });
  watch_the_time(connection);
}

std::size_t ClientSession::on_data(Connection& connection, std::span<const std::byte> unread) {
  std::size_t consumed = 0;
  while (const std::optional<Reply> reply = take_reply(unread.subspan(consumed))) {
    consumed += reply->consumed;
    if (!print_line(reply->text)) {
      fail(connection, "cannot write to standard output: " + last_error().message(), "");
      return unread.size();
    }
    if (!take_in(reply->text)) {
      fail(connection, "the last reply is not the answer that was due",
           "see what it said last; is it a hello server?");
      return unread.size();
    }
  }
  if (std::fflush(stdout) != 0) {
    fail(connection, "cannot write to standard output: " + last_error().message(), "");
    return unread.size();
  }
  if (consumed > 0) {
    talk(connection);
  }
  return consumed;
}

std::optional<ClientSession::Reply> ClientSession::take_reply(std::span<const std::byte> unread) {
  if (options_.framing == hello::Framing::kLine) {
    const auto line = decoder_.decode(unread);
    return line.message ? std::optional(Reply{*line.message, line.consumed}) : std::nullopt;
  }
  // A reply has no end of its own: it is what is expected, or else whatever has come.
  const std::string_view received = as_text(unread);
  const std::string_view expected = expected_.empty() ? "" : std::string_view(expected_.front());
  if (expected.starts_with(received)) {
    return received.size() == expected.size() && !received.empty()
               ? std::optional(Reply{received, received.size()})
               : std::nullopt;
  }
  if (!expected.empty() && received.starts_with(expected)) {
    return Reply{received.substr(0, expected.size()), expected.size()};
  }
  return Reply{received, received.size()};
}

/// False: it is not the answer to the oldest name. Any welcome will do.
bool ClientSession::take_in(std::string_view reply) {
  const bool as_expected = !expected_.empty() && expected_.front() == reply;
  if (greeted_ && !as_expected) {
    return false;
  }
  outcome_.answers += greeted_ ? 1 : 0;
  greeted_ = true;
  expected_.pop_front();
  return true;
}

/// Sends what may be sent now, and says good-bye when all is said.
void ClientSession::talk(Connection& connection) {
  const std::size_t window = options_.framing == hello::Framing::kLine ? kUnansweredMax : 1;
  while (greeted_ && !names_ended_ && outcome_.names - outcome_.answers < window &&
         connection.unsent_bytes() < kUnsentBytesMax) {
    const std::optional<std::string> name = names_.next();
    if (!name && !names_.ended()) {
      break;
    }
    if (names_.error()) {
      fail(connection, "cannot read names from standard input: " + names_.error().message(), "");
      return;
    }
    if (!name || *name == hello::kExit) {
      names_ended_ = true;
      break;
    }
    if (const std::string_view problem = problem_with(*name, options_.framing); !problem.empty()) {
      fail(connection, fmt::format("cannot send name {}: {}", outcome_.names + 1, problem), "");
      return;
    }
    send_name(connection, *name);
    expected_.push_back(answer_to(*name, options_.framing));
    ++outcome_.names;
  }
  if (names_ended_ && !waiting()) {
    send_name(connection, hello::kExit);
    connection.close(CloseMode::kFlush);
  }
  watch_the_time(connection);
}

void ClientSession::send_name(Connection& connection, std::string_view name) {
  connection.send(name);
  if (options_.framing == hello::Framing::kLine) {
    connection.send("\n");
  }
}

void ClientSession::watch_the_time(Connection& connection) {
  EventLoop& loop = connection.loop();
  loop.cancel(timer_);
  if (waiting() && !connection.closing()) {
    timer_ = loop.run_after(options_.timeout, [&loop, id = connection.id()] {
      if (Connection* const open = Connection::find(loop, id)) {
        open->abort(std::make_error_code(std::errc::timed_out));
      }
    });
  }
}

void ClientSession::on_drain(Connection& connection) { talk(connection); }

void ClientSession::on_end(Connection& connection, std::span<const std::byte> unread) {
  if (!unread.empty()) {
    (void)print_line(as_text(unread));  // what follows fails in any case
  }
  fail(connection, "the server closed the connection",
       greeted_ ? "see what it said last"
                : "it may have reached its --connections-max, or speak another protocol");
}

void ClientSession::fail(Connection& connection, std::string why, std::string fix) {
  outcome_.why = std::move(why);
  outcome_.fix = std::move(fix);
  connection.close(CloseMode::kReset);
}

void ClientSession::on_close(Connection& connection, std::error_code why) {
  connection.loop().cancel(timer_);
  if (why == std::errc::timed_out) {
    outcome_.why = fmt::format("no {} within {}", greeted_ ? "answer" : "welcome",
                               command_line::format_duration(options_.timeout));
    outcome_.fix = fmt::format("give a longer --timeout, or --framing {} if the server speaks that",
                               options_.framing == hello::Framing::kLine ? "chunk" : "line");
  } else if (outcome_.why.empty() && (waiting() || !names_ended_)) {
    outcome_.why = why.message();
  }
  connection.loop().stop();
}

}  // namespace halo
