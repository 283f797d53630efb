#include "bench/peers/line_session.hpp"

#include "bench/raw_epoll/line_protocol.hpp"

namespace halo::bench {

std::string_view LineSession::welcome() noexcept { return LineProtocol().welcome(); }

bool LineSession::answer(std::string_view input, bool ended, std::string& output) {
  if (!unread_.empty()) {
    unread_.append(input);
    input = unread_;
  }
  const RawProtocol::Answered answered = LineProtocol().answer(input, ended, output);
  if (unread_.empty()) {
    unread_ = input.substr(answered.consumed);
  } else {
    unread_.erase(0, answered.consumed);
  }
  return answered.close;
}

}  // namespace halo::bench
