#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <utility>

#include "reactor/check.hpp"
#include "tests/reactor/udp_faults.hpp"

namespace halo::test {
namespace {

std::function<int(const AskedMessage&)> g_verdict;
SendFaults* g_faults = nullptr;
bool g_no_batch_calls = false;
std::size_t g_window_bytes = 0;  // 0: as they are
std::function<void(int)> g_before_connect;

/// Makes a message's window short for one call.
class ShortWindow {
 public:
  explicit ShortWindow(msghdr& header) : window_(header.msg_iov[0]), bytes_(window_.iov_len) {
    if (g_window_bytes > 0) {
      window_.iov_len = g_window_bytes;
    }
  }
  ShortWindow(const ShortWindow&) = delete;
  ShortWindow& operator=(const ShortWindow&) = delete;
  ~ShortWindow() { window_.iov_len = bytes_; }

 private:
  iovec& window_;
  std::size_t bytes_;
};

AskedMessage asked(const msghdr& header) {
  AskedMessage message{header.msg_iovlen, header.msg_iovlen == 0 ? 0 : header.msg_iov[0].iov_len};
  bool cut = false;
  for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
       control = CMSG_NXTHDR(const_cast<msghdr*>(&header), control)) {
    cut = cut || (control->cmsg_level == IPPROTO_UDP && control->cmsg_type == UDP_SEGMENT);
  }
  HALO_CHECK(cut == (message.datagrams > 1), "only a message of several is to be cut");
  return message;
}

}  // namespace

SendFaults::SendFaults(std::function<int(const AskedMessage&)> verdict) {
  HALO_CHECK(g_faults == nullptr, "one at a time");
  g_verdict = std::move(verdict);
  g_faults = this;
}
SendFaults::~SendFaults() {
  g_verdict = nullptr;
  g_faults = nullptr;
}

NoBatchCalls::NoBatchCalls() { g_no_batch_calls = true; }
NoBatchCalls::~NoBatchCalls() { g_no_batch_calls = false; }

ShortWindows::ShortWindows(std::size_t bytes) { g_window_bytes = bytes; }
ShortWindows::~ShortWindows() { g_window_bytes = 0; }

BeforeConnect::BeforeConnect(std::function<void(int)> tell) { g_before_connect = std::move(tell); }
BeforeConnect::~BeforeConnect() { g_before_connect = nullptr; }

}  // namespace halo::test

using halo::test::asked;
using halo::test::g_before_connect;
using halo::test::g_faults;
using halo::test::g_no_batch_calls;
using halo::test::g_verdict;
using halo::test::ShortWindow;

extern "C" {

ssize_t __real_sendmsg(int fd, const msghdr* header, int flags);
ssize_t __real_recvmsg(int fd, msghdr* header, int flags);
int __real_connect(int fd, const sockaddr* address, socklen_t length);
int __real_sendmmsg(int fd, mmsghdr* headers, unsigned count, int flags);
int __real_recvmmsg(int fd, mmsghdr* headers, unsigned count, int flags, timespec* timeout);

ssize_t __wrap_sendmsg(int fd, const msghdr* header, int flags) {
  if (g_faults != nullptr) {
    ++g_faults->calls;
    if (const int error = g_verdict(asked(*header))) {
      errno = error;
      return -1;
    }
  }
  return __real_sendmsg(fd, header, flags);
}

// As sendmmsg(2): what was sent before the failure counts, and the failure is told only when it
// comes first.
int __wrap_sendmmsg(int fd, mmsghdr* headers, unsigned count, int flags) {
  if (g_no_batch_calls) {
    errno = ENOSYS;
    return -1;
  }
  if (g_faults == nullptr) {
    return __real_sendmmsg(fd, headers, count, flags);
  }
  ++g_faults->calls;
  for (unsigned i = 0; i < count; ++i) {
    if (const int error = g_verdict(asked(headers[i].msg_hdr))) {
      errno = error;
      return i == 0 ? -1 : __real_sendmmsg(fd, headers, i, flags);
    }
  }
  return __real_sendmmsg(fd, headers, count, flags);
}

int __wrap_recvmmsg(int fd, mmsghdr* headers, unsigned count, int flags, timespec* timeout) {
  if (g_no_batch_calls) {
    errno = ENOSYS;
    return -1;
  }
  std::deque<ShortWindow> windows;
  for (unsigned i = 0; i < count; ++i) {
    windows.emplace_back(headers[i].msg_hdr);
  }
  return __real_recvmmsg(fd, headers, count, flags, timeout);
}

ssize_t __wrap_recvmsg(int fd, msghdr* header, int flags) {
  const ShortWindow window(*header);
  return __real_recvmsg(fd, header, flags);
}

int __wrap_connect(int fd, const sockaddr* address, socklen_t length) {
  if (g_before_connect) {
    g_before_connect(fd);
  }
  return __real_connect(fd, address, length);
}

}  // extern "C"
