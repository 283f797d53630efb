#include "bench/raw_epoll/line_protocol.hpp"

#include "protocols/hello/answers.hpp"

namespace halo::bench {
namespace {

constexpr auto kFraming = hello::Framing::kLine;
constexpr std::size_t kLineBytesMax = 64 * 1024;

/// True: it was the wish to end, or something that ends the connection.
bool answer_line(std::string_view line, std::string& output) {
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  if (line == hello::kExit) {
    return true;
  }
  if (line.size() > kLineBytesMax) {
    output += hello::line_too_long(kLineBytesMax);
    return true;
  }
  hello::append_answer(output, kFraming, line);
  return false;
}

}  // namespace

std::string_view LineProtocol::welcome() const noexcept { return hello::welcome(kFraming); }

RawProtocol::Answered LineProtocol::answer(std::string_view unread, bool ended,
                                           std::string& output) {
  Answered answered;
  while (!answered.close) {
    const std::size_t end = unread.find('\n', answered.consumed);
    if (end == std::string_view::npos) {
      break;
    }
    answered.close = answer_line(unread.substr(answered.consumed, end - answered.consumed), output);
    answered.consumed = end + 1;
  }
  const std::string_view rest = unread.substr(answered.consumed);
  if (!answered.close && rest.size() > kLineBytesMax) {
    output += hello::line_too_long(kLineBytesMax);
    answered.close = true;
  } else if (!answered.close && ended && !rest.empty()) {
    (void)answer_line(rest, output);  // a last line without its end is a message, too
  }
  answered.close = answered.close || ended;
  return answered;
}

}  // namespace halo::bench
