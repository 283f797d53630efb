#include "bench/plain_udp/datagram_server.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "protocols/hello/datagram_codec.hpp"

namespace halo::bench {

DatagramServer::DatagramServer(OwnedFd socket) : socket_(std::move(socket)) {}

void DatagramServer::run() {
  constexpr std::size_t kBefore = hello::kAnswerPrefix.size();
  constexpr std::size_t kAfter = hello::kDatagramSuffix.size();
  constexpr std::size_t kQuestionBytesMax = 64 * 1024;  // no datagram is longer
  // The question arrives where it stands in its answer: nothing is copied.
  std::vector<char> answer(kBefore + kQuestionBytesMax + kAfter);
  std::copy(hello::kAnswerPrefix.begin(), hello::kAnswerPrefix.end(), answer.begin());
  char* const question = answer.data() + kBefore;
  while (true) {
    sockaddr_storage peer;
    socklen_t peer_bytes = sizeof(peer);
    const ssize_t count = ::recvfrom(socket_.get(), question, kQuestionBytesMax, 0,
                                     reinterpret_cast<sockaddr*>(&peer), &peer_bytes);
    if (count < 0) {
      continue;  // a signal, or the network's word about an earlier answer
    }
    const auto bytes = static_cast<std::size_t>(count);
    std::copy(hello::kDatagramSuffix.begin(), hello::kDatagramSuffix.end(), question + bytes);
    (void)::sendto(socket_.get(), answer.data(), kBefore + bytes + kAfter, 0,
                   reinterpret_cast<const sockaddr*>(&peer), peer_bytes);  // lost, as datagrams are
  }
}

}  // namespace halo::bench
