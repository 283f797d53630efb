#include "bench/raw_epoll/http_protocol.hpp"

namespace halo::bench {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\n"
    "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 12\r\n"
    "\r\n"
    "Hello, Bond!";

/// How many of the last bytes of `text` may be the beginning of kHeadEnd.
std::size_t begun_bytes(std::string_view text) noexcept {
  std::size_t bytes = kHeadEnd.size() - 1;
  while (!text.ends_with(kHeadEnd.substr(0, bytes))) {
    --bytes;
  }
  return bytes;
}

}  // namespace

RawProtocol::Answered HttpProtocol::answer(std::string_view unread, bool ended,
                                           std::string& output) {
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = unread.find(kHeadEnd, begin)) != std::string_view::npos;) {
    output += kAnswer;
    begin = end + kHeadEnd.size();
  }
  return {.consumed = unread.size() - begun_bytes(unread.substr(begin)), .close = ended};
}

}  // namespace halo::bench
