#include "reactor/acceptor.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/limits.hpp"
#include "reactor/socket.hpp"
#include "tests/support/descriptors.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class AcceptorTest : public test::OnEveryPoller {
 protected:
  struct Accepted {
    OwnedFd socket;
    Endpoint peer;
  };

  void start(int backlog = 256) {
    OwnedFd listener = test::listener_v4(backlog);
    at_ = test::local_endpoint_of(listener.get());
    acceptor_ = std::make_unique<Acceptor>(
        *loop_, std::move(listener),
        [this](OwnedFd socket, const Endpoint& peer) {
          accepted_.push_back({std::move(socket), peer});
        },
        [this](LogLevel level, std::string_view text) {
          EXPECT_EQ(level, LogLevel::kWarning);
          log_.emplace_back(text);
        });
    ASSERT_FALSE(acceptor_->start());
  }
  void connect(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      clients_.push_back(test::connect_to(at_));
    }
  }
  std::size_t turn() { return loop_->run_once(Duration::zero()); }
  testing::AssertionResult until_accepted(std::size_t count) {
    return test::run_until(*loop_, [this, count] { return accepted_.size() >= count; });
  }

  Endpoint at_;
  std::vector<Accepted> accepted_;
  std::vector<OwnedFd> clients_;
  std::vector<std::string> log_;
  std::unique_ptr<Acceptor> acceptor_;
};

HALO_ON_EVERY_POLLER(AcceptorTest);

TEST_P(AcceptorTest, HandsOverEachConnectionWithItsPeer) {
  start();
  connect(3);
  ASSERT_TRUE(until_accepted(3));
  for (const OwnedFd& client : clients_) {
    const Endpoint peer = test::local_endpoint_of(client.get());
    EXPECT_TRUE(
        std::ranges::any_of(accepted_, [&](const Accepted& one) { return one.peer == peer; }));
  }
  EXPECT_EQ(turn(), 0U);
  EXPECT_TRUE(log_.empty());
}

TEST_P(AcceptorTest, OneEventAcceptsABoundedNumber) {
  start();
  connect(200);
  std::size_t largest = 0;
  ASSERT_TRUE(test::run_until(*loop_, [&] {
    const std::size_t before = accepted_.size();
    turn();
    largest = std::max(largest, accepted_.size() - before);
    return accepted_.size() == 200;
  }));
  EXPECT_LE(largest, limits::kAcceptsPerEvent);
  EXPECT_GT(largest, 1U) << "a busy listener is not served one by one";
}

TEST_P(AcceptorTest, ConnectionThatWasResetWhileItWaitedDoesNoHarm) {
  start();
  connect(2);
  test::reset(std::move(clients_.front()));
  ASSERT_TRUE(test::run_until(*loop_, [&] {
    return std::ranges::any_of(accepted_, [&](const Accepted& one) {
      return one.peer == test::local_endpoint_of(clients_.back().get());
    });
  }));
}

TEST_P(AcceptorTest, WithoutDescriptorsItPausesAndDoesNotSpin) {
  start();
  connect(3);
  test::DescriptorShortage shortage(0);
  ASSERT_TRUE(test::run_until(*loop_, [&] { return acceptor_->pauses() == 1; }));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(turn(), 0U) << "the listener is not watched";
  }
  // It tries again every 100 ms, not more often.
  for (std::uint64_t pauses = 2; pauses < 10; ++pauses) {
    clock_.advance(milliseconds(100));
    test::run_while_busy(*loop_);
    EXPECT_EQ(acceptor_->pauses(), pauses);
    EXPECT_EQ(turn(), 0U);
  }
  shortage.end();
  EXPECT_TRUE(accepted_.empty());
}

TEST_P(AcceptorTest, WithoutDescriptorsItSaysSoOnceASecond) {
  start();
  connect(1);
  test::DescriptorShortage shortage(0);
  ASSERT_TRUE(test::run_until(*loop_, [&] { return acceptor_->pauses() == 1; }));
  ASSERT_EQ(log_.size(), 1U);
  for (int i = 0; i < 35; ++i) {
    clock_.advance(milliseconds(100));
    test::run_while_busy(*loop_);
  }
  shortage.end();
  EXPECT_EQ(acceptor_->pauses(), 36U);
  EXPECT_EQ(log_.size(), 4U) << "at 0, 1, 2 and 3 seconds";
  EXPECT_NE(log_.front().find("ulimit -n"), std::string::npos) << log_.front();
  EXPECT_EQ(log_.front().find('\n'), std::string::npos);
}

TEST_P(AcceptorTest, RecoversWithin200MillisecondsOfFreeDescriptors) {
  start();
  connect(5);
  test::DescriptorShortage shortage(0);
  ASSERT_TRUE(test::run_until(*loop_, [&] { return acceptor_->pauses() == 1; }));
  clock_.advance(milliseconds(50));
  test::run_while_busy(*loop_);
  shortage.end();
  clock_.advance(milliseconds(199));
  test::run_while_busy(*loop_);
  EXPECT_EQ(accepted_.size(), 5U) << "none of those that waited is lost";
  connect(1);
  EXPECT_TRUE(until_accepted(6));
}

TEST_P(AcceptorTest, LastDescriptorIsUsedBeforeThePause) {
  start();
  connect(3);
  test::DescriptorShortage shortage(2);
  ASSERT_TRUE(test::run_until(*loop_, [&] { return acceptor_->pauses() == 1; }));
  shortage.end();
  EXPECT_EQ(accepted_.size(), 2U);
}

TEST_P(AcceptorTest, StopAcceptsWhatWaitsThenRefuses) {
  start();
  connect(100);
  acceptor_->stop();
  EXPECT_EQ(accepted_.size(), 100U);
  const Result<OwnedFd> late = socket::start_connect(at_);
  if (late.has_value()) {
    EXPECT_TRUE(socket::finish_connect(late->get()));
  }
  EXPECT_EQ(turn(), 0U);
  acceptor_->stop();  // again: nothing
}

TEST_P(AcceptorTest, StopWhilePausedLeavesNoTimer) {
  start();
  connect(1);
  {
    test::DescriptorShortage shortage(0);
    ASSERT_TRUE(test::run_until(*loop_, [&] { return acceptor_->pauses() == 1; }));
    acceptor_->stop();
  }
  clock_.advance(seconds(10));
  EXPECT_EQ(turn(), 0U);
}

TEST_P(AcceptorTest, MayBeStoppedByItsCallback) {
  OwnedFd listener = test::listener_v4();
  at_ = test::local_endpoint_of(listener.get());
  std::unique_ptr<Acceptor> acceptor;
  acceptor = std::make_unique<Acceptor>(*loop_, std::move(listener),
                                        [&](OwnedFd socket, const Endpoint& peer) {
                                          accepted_.push_back({std::move(socket), peer});
                                          acceptor->stop();
                                        });
  ASSERT_FALSE(acceptor->start());
  connect(5);
  EXPECT_TRUE(until_accepted(5));
  EXPECT_EQ(turn(), 0U);
}

TEST_P(AcceptorTest, MayGoWithoutAStopAndWithoutAStart) {
  start();
  connect(1);
  acceptor_.reset();
  EXPECT_EQ(turn(), 0U);
  const Acceptor never_started(*loop_, test::listener_v4(), [](OwnedFd, const Endpoint&) {});
}

using AcceptorDeathTest = AcceptorTest;
HALO_ON_EVERY_POLLER(AcceptorDeathTest);

TEST_P(AcceptorDeathTest, SecondStartAborts) {
  start();
  EXPECT_DEATH((void)acceptor_->start(), "started once");
}

TEST_P(AcceptorDeathTest, AcceptorWithoutAListenerAborts) {
  EXPECT_DEATH(Acceptor(*loop_, OwnedFd(), [](OwnedFd, const Endpoint&) {}),
               "needs a listening socket");
}

}  // namespace
}  // namespace halo
