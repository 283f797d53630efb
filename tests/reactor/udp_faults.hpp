#pragma once

#include <cstddef>
#include <functional>

namespace halo::test {

/// One message as the kernel is about to get it.
struct AskedMessage {
  std::size_t datagrams;       ///< more than one: the kernel is to cut it
  std::size_t datagram_bytes;  ///< of each but the last
};

/// While it lives, every message that is to be sent is shown to `verdict` first, which returns
/// the errno to fail with, or 0. One at a time.
class SendFaults {
 public:
  explicit SendFaults(std::function<int(const AskedMessage&)> verdict);
  SendFaults(const SendFaults&) = delete;
  SendFaults& operator=(const SendFaults&) = delete;
  ~SendFaults();

  std::size_t calls = 0;  ///< system calls that send
};

/// While it lives, the calls that send and receive many messages at a time do not exist: ENOSYS.
class NoBatchCalls {
 public:
  NoBatchCalls();
  NoBatchCalls(const NoBatchCalls&) = delete;
  NoBatchCalls& operator=(const NoBatchCalls&) = delete;
  ~NoBatchCalls();
};

/// While it lives, datagrams that are received are cut after `bytes`, as those are that no window
/// holds.
class ShortWindows {
 public:
  explicit ShortWindows(std::size_t bytes);
  ShortWindows(const ShortWindows&) = delete;
  ShortWindows& operator=(const ShortWindows&) = delete;
  ~ShortWindows();
};

/// While it lives, every connect(2) is told of before it happens.
class BeforeConnect {
 public:
  explicit BeforeConnect(std::function<void(int fd)> tell);
  BeforeConnect(const BeforeConnect&) = delete;
  BeforeConnect& operator=(const BeforeConnect&) = delete;
  ~BeforeConnect();
};

}  // namespace halo::test
