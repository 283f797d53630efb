// Every poller of this system against every rule of reactor/poller.hpp, by its number. A new
// backend needs no new test.

#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/limits.hpp"
#include "reactor/poller.hpp"
#include "reactor/socket.hpp"
#include "tests/reactor/expect_events.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using test::Expected;
using test::SocketPair;

const Token kFirst{1, 1};
const Token kSecond{2, 2};
const Token kThird{3, 7};

class PollerConformance : public testing::TestWithParam<PollerKind> {
 protected:
  void expect_ready(std::vector<Expected> expected) { test::expect_events(*poller_, expected); }
  void expect_silence() { test::expect_no_events(*poller_); }

  std::unique_ptr<Poller> poller_ = make_poller(GetParam()).value();
  SocketPair pair_ = test::unix_pair();
};

HALO_ON_EVERY_POLLER(PollerConformance);

// What every rule rests on.

TEST_P(PollerConformance, ReportsWhatIsReadyUnderItsToken) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kReadable));
  expect_silence();
  test::write_all(pair_.peer.get(), "x");
  expect_ready({{kFirst, Interest::kReadable}});
}

TEST_P(PollerConformance, ReportsOnlyWhatIsAskedFor) {
  test::write_all(pair_.peer.get(), "x");
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kWritable));
  Event events[4];
  const std::size_t count = poller_->wait(events, Duration::zero()).value();
  ASSERT_EQ(count, 1U);
  EXPECT_EQ(events[0].ready, Interest::kWritable);
  EXPECT_FALSE(events[0].hangup);
}

TEST_P(PollerConformance, SecondAddChangesInterestAndToken) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kWritable));
  expect_ready({{kFirst, Interest::kWritable}});
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kSecond, Interest::kReadable));
  expect_silence();
  test::write_all(pair_.peer.get(), "x");
  expect_ready({{kSecond, Interest::kReadable}});
}

TEST_P(PollerConformance, RemovedDescriptorIsSilent) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kBoth));
  test::write_all(pair_.peer.get(), "x");
  expect_ready({{kFirst, Interest::kBoth}});
  EXPECT_FALSE(poller_->remove(pair_.ours.get()));
  expect_silence();
}

TEST_P(PollerConformance, RemovalOfWhatIsNotWatchedIsNoError) {
  EXPECT_FALSE(poller_->remove(pair_.ours.get()));
  EXPECT_FALSE(poller_->remove(9999));
}

TEST_P(PollerConformance, RemovedDescriptorMayBeAddedAgain) {
  test::write_all(pair_.peer.get(), "x");
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kReadable));
    expect_ready({{kFirst, Interest::kReadable}});
    ASSERT_FALSE(poller_->remove(pair_.ours.get()));
  }
  expect_silence();
}

TEST_P(PollerConformance, TokensKeepAllTheirBits) {
  const Token widest{UINT32_MAX, UINT32_MAX};
  ASSERT_FALSE(poller_->add(pair_.ours.get(), widest, Interest::kWritable));
  expect_ready({{widest, Interest::kWritable}});
}

TEST_P(PollerConformance, ManyReadyDescriptorsAllHaveTheirTurnInASmallBatch) {
  constexpr std::uint32_t kPairs = 300;
  std::vector<SocketPair> pairs;
  std::vector<Expected> expected;
  for (std::uint32_t i = 0; i < kPairs; ++i) {
    pairs.push_back(test::unix_pair());
    ASSERT_FALSE(poller_->add(pairs.back().ours.get(), {i, 1}, Interest::kWritable));
    expected.push_back({{i, 1}, Interest::kWritable});
  }
  test::expect_events(*poller_, expected, 7);
  test::expect_events(*poller_, expected, limits::kEventsPerWait * 4);
}

TEST_P(PollerConformance, NativeHandleIsReadableWhenThereAreEvents) {
  if (poller_->native_handle() < 0) {
    EXPECT_EQ(poller_->name(), "poll") << "the others have a descriptor of their own";
    return;
  }
  const std::unique_ptr<Poller> outer = make_poller(PollerKind::kPoll).value();
  ASSERT_FALSE(outer->add(poller_->native_handle(), kThird, Interest::kReadable));
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kReadable));
  test::expect_no_events(*outer);
  test::write_all(pair_.peer.get(), "x");
  test::expect_events(*outer, {{kThird, Interest::kReadable}});
}

TEST_P(PollerConformance, NameIsTheOneThatParses) {
  EXPECT_EQ(parse_poller_kind(poller_->name()).value(), GetParam());
}

// The rules.

TEST_P(PollerConformance, P1_ReadyDescriptorIsReportedByEveryWait) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kBoth));
  test::write_all(pair_.peer.get(), "xy");
  for (int i = 0; i < 5; ++i) {
    expect_ready({{kFirst, Interest::kBoth}});
  }
  // Half of it read: still readable.
  EXPECT_EQ(test::read_available(pair_.ours.get(), 1).bytes, "x");
  expect_ready({{kFirst, Interest::kReadable}});
}

TEST_P(PollerConformance, P1_DescriptorThatIsReadyWhenAddedIsReported) {
  test::write_all(pair_.peer.get(), "x");
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kReadable));
  expect_ready({{kFirst, Interest::kReadable}});
}

TEST_P(PollerConformance, P2_NoInterestMeansNoEventsEvenAfterAHangup) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kReadable));
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kNone));
  test::write_all(pair_.peer.get(), "x");
  expect_silence();
  pair_.peer.reset();
  expect_silence();
}

TEST_P(PollerConformance, P2_InterestComesBackAfterNone) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kNone));
  test::write_all(pair_.peer.get(), "x");
  expect_silence();
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kReadable));
  expect_ready({{kFirst, Interest::kReadable}});
}

TEST_P(PollerConformance, P3_ResetIsReportedToWhoeverReads) {
  SocketPair tcp = test::tcp_pair();
  ASSERT_FALSE(poller_->add(tcp.ours.get(), kFirst, Interest::kReadable));
  test::reset(std::move(tcp.peer));
  expect_ready({{kFirst, Interest::kReadable}});
  EXPECT_EQ(test::read_available(tcp.ours.get()).error, ECONNRESET) << "the call tells the cause";
}

TEST_P(PollerConformance, P3_ResetIsReportedToWhoeverWrites) {
  SocketPair tcp = test::tcp_pair();
  while (test::write_available(tcp.ours.get(), std::string(100'000, 'x')) > 0) {
  }
  ASSERT_FALSE(poller_->add(tcp.ours.get(), kFirst, Interest::kWritable));
  test::reset(std::move(tcp.peer));
  expect_ready({{kFirst, Interest::kWritable}});
}

TEST_P(PollerConformance, P3_ClosedPeerIsReportedInBothDirections) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kBoth));
  pair_.peer.reset();
  expect_ready({{kFirst, Interest::kBoth}});
}

TEST_P(PollerConformance, P4_EndOfStreamWithBytesPendingIsReadable) {
  for (const std::size_t size : {0U, 1U, 1000U, 65'535U, 65'536U, 65'537U}) {
    SocketPair tcp = test::tcp_pair();
    ASSERT_FALSE(poller_->add(tcp.ours.get(), kFirst, Interest::kReadable));
    const std::string sent = test::pattern(size);
    test::write_all(tcp.peer.get(), sent);
    tcp.peer.reset();
    std::string received;
    bool ended = false;
    for (int turn = 0; turn < 1000 && !ended; ++turn) {
      expect_ready({{kFirst, Interest::kReadable}});
      ended = test::read_into(tcp.ours.get(), received, 10'000);
    }
    EXPECT_TRUE(ended);
    EXPECT_TRUE(received == sent) << size << " bytes were sent, " << received.size() << " came";
    ASSERT_FALSE(poller_->remove(tcp.ours.get()));
  }
}

TEST_P(PollerConformance, P5_EventsOfOneDescriptorTogetherSayAllThatIsReady) {
  // In one event or in two: expect_events joins them by token.
  test::write_all(pair_.peer.get(), "x");
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kBoth));
  test::expect_events(*poller_, {{kFirst, Interest::kBoth}}, 1);
  test::expect_events(*poller_, {{kFirst, Interest::kBoth}}, 2);
}

TEST_P(PollerConformance, P6_WaitReportsTheNewestTokenOfADescriptor) {
  test::write_all(pair_.peer.get(), "x");
  for (std::uint32_t generation = 1; generation < 5; ++generation) {
    const Token token{1, generation};
    ASSERT_FALSE(poller_->add(pair_.ours.get(), token, Interest::kReadable));
    expect_ready({{token, Interest::kReadable}});  // and no other
  }
}

TEST_P(PollerConformance, P6_NumberThatWasClosedAndUsedAgainReportsItsNewToken) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kReadable));
  const int number = pair_.ours.get();
  pair_ = {};  // closed without remove()
  SocketPair fresh = test::unix_pair();
  if (fresh.ours.get() != number) {
    ASSERT_EQ(::dup2(fresh.ours.get(), number), number);
    fresh.ours.reset(number);
  }
  ASSERT_FALSE(poller_->add(number, kSecond, Interest::kReadable));
  test::write_all(fresh.peer.get(), "x");
  expect_ready({{kSecond, Interest::kReadable}});
  ASSERT_FALSE(poller_->remove(number));
  expect_silence();
}

TEST_P(PollerConformance, P7_WaitNeverReturnsBeforeItsTimeout) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kReadable));
  Event events[4];
  for (const Duration timeout :
       {Duration(1), Duration(999), Duration(microseconds(1)), Duration(microseconds(999)),
        Duration(microseconds(1001)), Duration(microseconds(2500)), Duration(milliseconds(5))}) {
    const auto began = std::chrono::steady_clock::now();
    const Result<std::size_t> count = poller_->wait(events, timeout);
    EXPECT_GE(std::chrono::steady_clock::now() - began, timeout);
    EXPECT_EQ(count.value(), 0U);
  }
}

TEST_P(PollerConformance, P7_ZeroOrNegativeTimeoutReturnsAtOnce) {
  Event events[4];
  EXPECT_EQ(poller_->wait(events, Duration::zero()).value(), 0U);
  EXPECT_EQ(poller_->wait(events, -milliseconds(5)).value(), 0U);
  EXPECT_EQ(poller_->wait(events, Duration::min()).value(), 0U);
}

TEST_P(PollerConformance, P7_TimeoutBeyondTheKernelsRangeIsNotCutShort) {
  Event events[4];
  for (const Duration timeout : {Duration::max(), Duration(std::chrono::hours(24 * 60))}) {
    poller_->wake();
    EXPECT_EQ(poller_->wait(events, timeout).value(), 0U) << "no error, such as EINVAL";
  }
  test::write_all(pair_.peer.get(), "x");
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kReadable));
  EXPECT_EQ(poller_->wait(events, Duration::max()).value(), 1U);
}

TEST_P(PollerConformance, P8_WaitThatASignalInterruptsYieldsNothingAndNoError) {
  static std::atomic<int> signals;
  signals = 0;
  struct sigaction action {};
  struct sigaction former {};
  action.sa_handler = [](int) { ++signals; };  // without SA_RESTART
  ASSERT_EQ(::sigaction(SIGUSR1, &action, &former), 0);

  std::atomic<bool> returned{false};
  const pthread_t waiter = ::pthread_self();
  std::thread interrupter([&] {
    while (!returned) {  // the first ones may come before the wait begins
      ::pthread_kill(waiter, SIGUSR1);
      std::this_thread::yield();
    }
  });
  Event events[4];
  const auto began = std::chrono::steady_clock::now();
  const Result<std::size_t> count = poller_->wait(events, test::kPatience);
  const auto took = std::chrono::steady_clock::now() - began;
  returned = true;
  interrupter.join();
  ::sigaction(SIGUSR1, &former, nullptr);

  EXPECT_EQ(count.value(), 0U);
  EXPECT_GT(signals, 0);
  EXPECT_LT(took, test::kPatience);
}

TEST_P(PollerConformance, P9_WakeEndsTheNextWait) {
  poller_->wake();
  Event events[4];
  EXPECT_EQ(poller_->wait(events, std::nullopt).value(), 0U) << "a wake is not an event";
}

TEST_P(PollerConformance, P9_WakeIsUsedUpByAWait) {
  for (int i = 0; i < 1000; ++i) {
    poller_->wake();
  }
  Event events[4];
  EXPECT_EQ(poller_->wait(events, std::nullopt).value(), 0U);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(poller_->wait(events, milliseconds(20)).value(), 0U);
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(20)) << "many count as one";
}

TEST_P(PollerConformance, P9_NoWakeIsLostHoweverItMeetsTheWait) {
  constexpr int kRounds = 5000;
  std::atomic<int> asked{0};
  std::atomic<int> answered{0};
  std::thread waiter([&] {
    Event events[4];
    while (answered < kRounds) {
      ASSERT_TRUE(poller_->wait(events, test::kPatience).has_value());
      answered = asked.load();
    }
  });
  bool in_time = true;
  for (int round = 1; round <= kRounds && in_time; ++round) {
    asked = round;
    poller_->wake();
    in_time = static_cast<bool>(test::wait_until([&] { return answered == round; }));
  }
  asked = kRounds;
  poller_->wake();
  waiter.join();
  EXPECT_TRUE(in_time) << "a wait slept through a wake";
}

TEST_P(PollerConformance, P9_WakeHidesNoEvent) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kReadable));
  test::write_all(pair_.peer.get(), "x");
  for (int i = 0; i < 3; ++i) {
    poller_->wake();
    test::expect_events(*poller_, {{kFirst, Interest::kReadable}}, 1);
  }
}

TEST_P(PollerConformance, P10_FailedChangeAffectsNoOtherDescriptor) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kFirst, Interest::kReadable));
  OwnedFd closed(::dup(pair_.peer.get()));
  const int number = closed.get();
  closed.reset();
  EXPECT_EQ(poller_->add(number, kSecond, Interest::kReadable), std::errc::bad_file_descriptor);
  test::write_all(pair_.peer.get(), "x");
  expect_ready({{kFirst, Interest::kReadable}});
}

TEST_P(PollerConformance, P10_DescriptorMayBeAddedAfterItsNumberWasRefused) {
  const int number = pair_.ours.get();
  const OwnedFd kept(::dup(number));
  pair_.ours.reset();
  ASSERT_TRUE(poller_->add(number, kFirst, Interest::kReadable));
  ASSERT_EQ(::dup2(kept.get(), number), number);
  pair_.ours.reset(number);
  test::write_all(pair_.peer.get(), "x");
  ASSERT_FALSE(poller_->add(number, kSecond, Interest::kReadable));
  expect_ready({{kSecond, Interest::kReadable}});
}

TEST_P(PollerConformance, P10_RefusedConnectIsWritableAndTellsItsError) {
  OwnedFd listener = test::listener_v4();
  const Endpoint nobody = test::local_endpoint_of(listener.get());
  listener.reset();
  const Result<OwnedFd> socket = socket::start_connect(nobody);
  if (!socket) {
    EXPECT_EQ(socket.error(), std::errc::connection_refused);  // the kernel was as fast as that
    return;
  }
  ASSERT_FALSE(poller_->add(socket->get(), kFirst, Interest::kWritable));
  expect_ready({{kFirst, Interest::kWritable}});
  EXPECT_EQ(socket::finish_connect(socket->get()), std::errc::connection_refused);
}

}  // namespace
}  // namespace halo
