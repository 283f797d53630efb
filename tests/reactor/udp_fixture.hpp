#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/udp_socket.hpp"
#include "tests/support/datagrams.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo::test {

/// A datagram socket on a loop, whose handler notes what it is told.
class UdpFixture : public OnEveryPoller {
 protected:
  void bind(const Endpoint& at = Endpoint::loopback_v4(0)) {
    udp_ = UdpSocket::bind(*loop_, at, recorder_, options_).value();
  }
  Endpoint at() const { return udp_->local_endpoint(); }
  Endpoint at(const char* address) const {
    return Endpoint::parse(address, udp_->local_endpoint().port()).value();
  }
  testing::AssertionResult until(const std::function<bool()>& done) {
    return run_until(*loop_, done);
  }
  testing::AssertionResult until_received(std::size_t count) {
    return until([this, count] { return udp_->tallies().received.value() >= count; });
  }
  /// What `fd` gets, as soon as it is `count` datagrams.
  std::vector<std::string> answers(int fd, std::size_t count) {
    std::vector<std::string> all;
    EXPECT_TRUE(until([&] {
      for (std::string& bytes : receive_datagrams(fd)) {
        all.push_back(std::move(bytes));
      }
      return all.size() >= count;
    }));
    return all;
  }

  /// Every way to exchange datagrams with the kernel that there is.
  static std::vector<UdpOptions> all_ways() {
    std::vector<UdpOptions> ways;
    for (const Offload offload : {Offload::kAuto, Offload::kOff}) {
      for (const Offload calls : {Offload::kAuto, Offload::kOff}) {
        UdpOptions options;
        options.gso = options.gro = offload;
        options.batch_calls = calls;
        ways.push_back(options);
      }
    }
    return ways;
  }

  DatagramRecorder recorder_;
  UdpOptions options_;
  std::unique_ptr<UdpSocket> udp_;
};

}  // namespace halo::test
