#include "reactor/internal/handoff_queue.hpp"

#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

using test::SocketPair;

class HandoffQueueTest : public testing::Test {
 protected:
  // Puts one end of a new pair; `port` tells it from the others.
  OwnedFd put(std::uint16_t port) {
    SocketPair pair = test::unix_pair();
    queue_->put(std::move(pair.ours), Endpoint::loopback_v4(port));
    return std::move(pair.peer);
  }
  std::size_t turn() { return loop_->run_once(Duration::zero()); }
  static bool ended(const OwnedFd& peer) { return test::read_available(peer.get()).ended; }

  std::unique_ptr<EventLoop> loop_ = test::make_loop();
  std::vector<std::uint16_t> taken_;
  std::unique_ptr<HandoffQueue> queue_ =
      std::make_unique<HandoffQueue>(*loop_, [this](OwnedFd socket, const Endpoint& peer) {
        EXPECT_TRUE(static_cast<bool>(socket));
        taken_.push_back(peer.port());
        if (peer.port() == 13) {
          throw std::runtime_error("out of on_take");
        }
      });
};

TEST_F(HandoffQueueTest, HandsOverInTheOrderOfThePutsWhenTheLoopRuns) {
  std::vector<OwnedFd> peers;
  std::thread([&] {
    for (std::uint16_t port = 1; port <= 3; ++port) {
      peers.push_back(put(port));
    }
  }).join();
  EXPECT_TRUE(taken_.empty());
  turn();
  EXPECT_EQ(taken_, (std::vector<std::uint16_t>{1, 2, 3}));
}

TEST_F(HandoffQueueTest, ExceptionOutOfOnTakeCostsNoOtherSocket) {
  const OwnedFd first = put(1);
  const OwnedFd unlucky = put(13);
  const OwnedFd last = put(2);
  EXPECT_THROW(turn(), std::runtime_error);
  EXPECT_TRUE(ended(unlucky));
  turn();
  EXPECT_EQ(taken_, (std::vector<std::uint16_t>{1, 13, 2}));
}

TEST_F(HandoffQueueTest, WhatIsPoppedIsNotTakenAgain) {
  const OwnedFd first = put(1);
  const OwnedFd second = put(2);
  const std::optional<AcceptedSocket> popped = queue_->pop();
  ASSERT_TRUE(popped.has_value());
  EXPECT_EQ(popped->peer.port(), 1);
  turn();
  EXPECT_EQ(taken_, (std::vector<std::uint16_t>{2}));
  EXPECT_FALSE(queue_->pop().has_value());
}

TEST_F(HandoffQueueTest, WhatWaitsIsClosedWithItAndItsTasksFindNothing) {
  const OwnedFd peer = put(1);
  queue_.reset();
  EXPECT_TRUE(ended(peer)) << "at once, although the loop did not run";
  turn();
  EXPECT_TRUE(taken_.empty());
}

TEST_F(HandoffQueueTest, LoopMayGoWithoutRunningItsTasks) {
  const OwnedFd peer = put(1);
  queue_.reset();
  loop_.reset();
  EXPECT_TRUE(taken_.empty());
}

}  // namespace
}  // namespace halo
