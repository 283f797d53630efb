#include "reactor/internal/udp_calls.hpp"

#include <cerrno>

#include "reactor/error.hpp"

namespace halo {
namespace {

/// Calls `exchange` for one message after the other until one fails.
template <class Exchange>
Result<std::size_t> for_each_message(std::span<UdpMessage> messages, Exchange exchange) noexcept {
  std::size_t done = 0;
  while (done < messages.size()) {
    const ssize_t bytes = exchange(messages[done].header);
    if (bytes >= 0) {
      messages[done++].bytes = static_cast<unsigned>(bytes);
    } else if (errno != EINTR) {
      return done > 0 ? Result<std::size_t>(done) : last_error();
    }
  }
  return done;
}

}  // namespace

const UdpCalls kUdpCallsOneByOne{[](int fd, std::span<UdpMessage> messages) noexcept {
                                   return for_each_message(messages, [fd](msghdr& header) {
                                     return ::recvmsg(fd, &header, MSG_DONTWAIT);
                                   });
                                 },
                                 [](int fd, std::span<UdpMessage> messages) noexcept {
                                   return for_each_message(messages, [fd](msghdr& header) {
                                     return ::sendmsg(fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL);
                                   });
                                 }};

}  // namespace halo
