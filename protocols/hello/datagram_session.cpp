#include "protocols/hello/datagram_session.hpp"

#include <string_view>

namespace halo::hello {

static_assert(kAnswerDatagramBytesMax == kDatagramBytesMax);

void DatagramSession::on_datagrams(UdpSocket& socket, std::span<const Datagram> datagrams) {
  for (const Datagram& datagram : datagrams) {
    const std::string_view message(reinterpret_cast<const char*>(datagram.bytes.data()),
                                   datagram.bytes.size());
    const DatagramVerdict verdict = judge(
        message, {datagram.peer->port(), socket.is_itself(*datagram.peer), datagram.cut}, guard_);
    judged_[static_cast<std::size_t>(verdict)].add();
    if (verdict == DatagramVerdict::kAnswer) {
      const auto [prefix, name, suffix] = answer_parts(message);
      (void)socket.send(*datagram.peer,
                        {std::as_bytes(std::span(prefix)),  // the socket counts it
                         std::as_bytes(std::span(name)), std::as_bytes(std::span(suffix))});
    }
  }
}

}  // namespace halo::hello
