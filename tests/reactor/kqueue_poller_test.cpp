// What only the kqueue poller has: two filters for a descriptor, receipts, EV_EOF. The rules that
// all pollers keep are in poller_conformance_test.cpp.

#include <sys/event.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "reactor/poller.hpp"
#include "tests/reactor/expect_events.hpp"
#include "tests/reactor/kqueue_calls.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using test::KqueueCalls;
using test::SocketPair;

const Token kToken{1, 1};

class KqueuePoller : public testing::Test {
 protected:
  using Asked = std::vector<std::pair<int, int>>;  // filter, flags

  static Asked asked(const KqueueCalls& calls) {
    Asked all;
    for (const struct kevent& change : calls.changes) {
      all.emplace_back(change.filter, change.flags);
    }
    return all;
  }

  std::vector<Event> look() {
    std::vector<Event> events(8);
    events.resize(poller_->wait(events, Duration::zero()).value());
    return events;
  }

  timespec limit_of(std::optional<Duration> timeout) {
    KqueueCalls calls;
    Event event;
    (void)poller_->wait({&event, 1}, timeout);
    return calls.waits.at(0).value_or(timespec{-1, -1});
  }

  std::unique_ptr<Poller> poller_ = make_poller(PollerKind::kKqueue).value();
  SocketPair pair_ = test::unix_pair();
};

constexpr int kAdd = EV_ADD | EV_ENABLE | EV_RECEIPT;
constexpr int kDelete = EV_DELETE | EV_RECEIPT;

TEST_F(KqueuePoller, EachFilterIsChangedByItselfInOneCallAndAsksForAReceipt) {
  KqueueCalls calls;
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kBoth));
  EXPECT_EQ(asked(calls), (Asked{{EVFILT_READ, kAdd}, {EVFILT_WRITE, kAdd}}));
  calls.changes.clear();
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kReadable));
  EXPECT_EQ(asked(calls), (Asked{{EVFILT_WRITE, kDelete}})) << "the other is as it should be";
  calls.changes.clear();
  ASSERT_FALSE(poller_->remove(pair_.ours.get()));
  EXPECT_EQ(asked(calls), (Asked{{EVFILT_READ, kDelete}})) << "the other is deleted already";
  EXPECT_EQ(calls.changes_each, (std::vector<std::size_t>{2, 1, 1}));
}

TEST_F(KqueuePoller, NewTokenChangesBothFilters) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kBoth));
  KqueueCalls calls;
  ASSERT_FALSE(poller_->add(pair_.ours.get(), {1, 2}, Interest::kBoth));
  EXPECT_EQ(asked(calls), (Asked{{EVFILT_READ, kAdd}, {EVFILT_WRITE, kAdd}}));
}

TEST_F(KqueuePoller, WhatChangesNothingCostsNoCall) {
  KqueueCalls calls;
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kNone));
  ASSERT_FALSE(poller_->remove(pair_.ours.get()));
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kReadable));
  EXPECT_EQ(calls.changes.size(), 1U);
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kReadable));
  EXPECT_EQ(calls.changes.size(), 1U) << "nothing to change";
  EXPECT_TRUE(calls.waits.empty());
}

TEST_F(KqueuePoller, RefusedFilterIsAnErrorAndLeavesNoHalfBehind) {
  test::write_all(pair_.peer.get(), "x");
  {
    KqueueCalls calls;
    calls.rewrite = [](struct kevent& receipt) {
      if (receipt.filter == EVFILT_WRITE) {
        receipt.data = ENOMEM;
      }
    };
    EXPECT_EQ(poller_->add(pair_.ours.get(), kToken, Interest::kBoth),
              std::errc::not_enough_memory);
  }
  test::expect_no_events(*poller_);
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kBoth));
  test::expect_events(*poller_, {{kToken, Interest::kBoth}});
}

TEST_F(KqueuePoller, FilterThatIsGoneAlreadyIsNoErrorWhenItIsDeleted) {
  for (const int error : {ENOENT, EBADF}) {
    ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kBoth));
    KqueueCalls calls;
    calls.rewrite = [error](struct kevent& receipt) { receipt.data = error; };
    EXPECT_FALSE(poller_->remove(pair_.ours.get()));
  }
}

TEST_F(KqueuePoller, DescriptorThatWasClosedWhileWatchedIsAnErrorWhenItIsWatchedAgain) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kReadable));
  const int number = pair_.ours.get();
  pair_.ours.reset();
  EXPECT_EQ(poller_->add(number, kToken, Interest::kBoth), std::errc::bad_file_descriptor);
}

TEST_F(KqueuePoller, ChangeThatASignalInterruptsIsMade) {
  KqueueCalls calls;
  calls.interrupted_changes = 2;
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kWritable));
  calls.interrupted_changes = 2;
  EXPECT_EQ(look().size(), 1U);
  ASSERT_FALSE(poller_->remove(pair_.ours.get()));
  EXPECT_TRUE(look().empty());
}

TEST_F(KqueuePoller, DescriptorThatIsReadyInBothDirectionsComesTwice) {
  test::write_all(pair_.peer.get(), "x");
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kBoth));
  const std::vector<Event> events = look();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].token, kToken);
  EXPECT_EQ(events[1].token, kToken);
  EXPECT_EQ(events[0].ready | events[1].ready, Interest::kBoth);
}

TEST_F(KqueuePoller, EndOfInputIsReadableAndNoHangup) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kBoth));
  test::write_all(pair_.peer.get(), "x");
  test::shutdown_write(pair_.peer.get());
  const std::vector<Event> events = look();
  ASSERT_EQ(events.size(), 2U);
  for (const Event& event : events) {
    EXPECT_FALSE(event.hangup) << "the peer still reads";
  }
}

TEST_F(KqueuePoller, PeerThatReadsNoMoreIsAHangup) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kWritable));
  pair_.peer.reset();
  const std::vector<Event> events = look();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].ready, Interest::kWritable);
  EXPECT_TRUE(events[0].hangup);
}

TEST_F(KqueuePoller, EndOfInputByAnErrorIsAHangup) {
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kReadable));
  test::shutdown_write(pair_.peer.get());
  KqueueCalls calls;
  calls.rewrite = [](struct kevent& event) { event.fflags = ECONNRESET; };
  const std::vector<Event> events = look();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].ready, Interest::kReadable);
  EXPECT_TRUE(events[0].hangup);
}

TEST_F(KqueuePoller, TimeoutsAreWholeMicrosecondsUpwardsAndWithinTheKernelsRange) {
  const auto limit = [this](Duration timeout) {
    const timespec spec = limit_of(timeout);
    return seconds(spec.tv_sec) + nanoseconds(spec.tv_nsec);
  };
  EXPECT_EQ(limit(Duration::min()), nanoseconds(0));
  EXPECT_EQ(limit(nanoseconds(0)), nanoseconds(0));
  EXPECT_EQ(limit(nanoseconds(1)), nanoseconds(1000));
  EXPECT_EQ(limit(nanoseconds(1000)), nanoseconds(1000));
  EXPECT_EQ(limit(seconds(7) + nanoseconds(999'999'001)), seconds(8));
  EXPECT_EQ(limit(Duration::max()), seconds(100'000'000));
  EXPECT_EQ(limit_of(std::nullopt).tv_sec, -1) << "without limit";
}

TEST_F(KqueuePoller, QueueIsNotInheritedByAForkedChild) {
  const pid_t child = ::fork();
  if (child == 0) {
    Event event;
    const Result<std::size_t> count = poller_->wait({&event, 1}, Duration::zero());
    ::_exit(!count.has_value() && count.error() == std::errc::bad_file_descriptor ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  // The parent's is as it was.
  ASSERT_FALSE(poller_->add(pair_.ours.get(), kToken, Interest::kWritable));
  EXPECT_EQ(look().size(), 1U);
}

}  // namespace
}  // namespace halo
