#include <sys/socket.h>

#include <cerrno>
#include <cstddef>

#include "reactor/error.hpp"
#include "reactor/internal/udp_calls.hpp"

namespace halo {
namespace {

static_assert(sizeof(UdpMessage) == sizeof(mmsghdr));
static_assert(offsetof(UdpMessage, header) == offsetof(mmsghdr, msg_hdr));
static_assert(offsetof(UdpMessage, bytes) == offsetof(mmsghdr, msg_len));

/// Calls `exchange` until it is not interrupted. One message goes the shorter way, and so does
/// everything where a sandbox or another kernel (gVisor, seccomp) has not the calls: ENOSYS.
template <class Exchange, class OneByOne>
Result<std::size_t> exchange_many(int fd, std::span<UdpMessage> messages, Exchange exchange,
                                  OneByOne one_by_one) noexcept {
  while (messages.size() > 1) {
    const int done = exchange(fd, reinterpret_cast<mmsghdr*>(messages.data()),
                              static_cast<unsigned>(messages.size()));
    if (done >= 0) {
      return static_cast<std::size_t>(done);
    }
    if (errno == ENOSYS) {
      break;
    }
    if (errno != EINTR) {
      return last_error();
    }
  }
  return one_by_one(fd, messages);
}

}  // namespace

// Both report what was done before an error, and the error itself by the next call at the latest.
const UdpCalls kUdpCallsBest{[](int fd, std::span<UdpMessage> messages) noexcept {
                               return exchange_many(
                                   fd, messages,
                                   [](int s, mmsghdr* headers, unsigned count) {
                                     return ::recvmmsg(s, headers, count, MSG_DONTWAIT, nullptr);
                                   },
                                   kUdpCallsOneByOne.receive);
                             },
                             [](int fd, std::span<UdpMessage> messages) noexcept {
                               return exchange_many(
                                   fd, messages,
                                   [](int s, mmsghdr* headers, unsigned count) {
                                     return ::sendmmsg(s, headers, count,
                                                       MSG_DONTWAIT | MSG_NOSIGNAL);
                                   },
                                   kUdpCallsOneByOne.send);
                             }};

}  // namespace halo
