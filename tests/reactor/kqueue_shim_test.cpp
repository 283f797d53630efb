// The imitation of kqueue(2) that lets the poller for BSD and macOS run on Linux: each case is a
// sentence of FreeBSD's manual page. What it does not offer has no declaration, or says EINVAL.
// Here: the changelist and the queue.

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/event.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/reactor/kqueue_shim_fixture.hpp"
#include "tests/support/descriptors.hpp"
#include "tests/support/sockets.hpp"
#include "tests/support/temporary_folder.hpp"

namespace halo {
namespace {

using test::Kevent;

class KqueueShim : public test::KqueueShimFixture {};

// Changes.

TEST_F(KqueueShim, AKeventIsIdentifiedByIdentAndFilter) {
  int first = 0;
  int second = 0;
  test::write_all(pair_.peer.get(), "x");
  EXPECT_EQ(change(make(ours(), EVFILT_READ, EV_ADD, 0, &first)), 0);
  EXPECT_EQ(change(make(ours(), EVFILT_WRITE, EV_ADD, 0, &second)), 0);
  EXPECT_EQ(change(make(ours(), EVFILT_READ, EV_ADD, 0, &second)), 0) << "no duplicate entry";
  const std::vector<Kevent> events = look();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_NE(events[0].filter, events[1].filter);
  for (const Kevent& event : events) {
    EXPECT_EQ(event.ident, static_cast<std::uintptr_t>(ours()));
    EXPECT_EQ(event.udata, &second) << "passed through the kernel unchanged";
  }
}

TEST_F(KqueueShim, AnEventThatIsNotThereCannotBeFound) {
  for (const int flags : {EV_DELETE, EV_ENABLE, EV_DISABLE}) {
    EXPECT_EQ(change(EVFILT_READ, flags), ENOENT);
    EXPECT_EQ(change(make(1, EVFILT_USER, flags)), ENOENT);
  }
  EXPECT_EQ(change(EVFILT_READ, EV_ADD), 0);
  EXPECT_EQ(change(EVFILT_WRITE, EV_DELETE), ENOENT) << "the other filter";
  EXPECT_EQ(change(EVFILT_READ, EV_DELETE), 0);
  EXPECT_EQ(change(EVFILT_READ, EV_DELETE), ENOENT);
}

TEST_F(KqueueShim, ADescriptorThatIsNotOpenIsBad) {
  const int number = ours();
  pair_.ours.reset();
  EXPECT_EQ(change(make(number, EVFILT_READ, EV_ADD)), EBADF);
  EXPECT_EQ(change(make(-1, EVFILT_READ, EV_ADD)), EBADF);
  EXPECT_EQ(::kevent(number, nullptr, 0, nullptr, 0, nullptr), -1);
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(::kevent(pair_.peer.get(), nullptr, 0, nullptr, 0, nullptr), -1) << "not a kqueue";
  EXPECT_EQ(errno, EBADF);
}

TEST_F(KqueueShim, WhatIsInvalidIsRefused) {
  EXPECT_EQ(change(-77, EV_ADD), EINVAL);
  EXPECT_EQ(change(EVFILT_READ, EV_ADD | EV_CLEAR), EINVAL) << "not offered";
  Kevent event;
  EXPECT_EQ(::kevent(kq_.get(), nullptr, -1, &event, 1, nullptr), -1);
  EXPECT_EQ(errno, EINVAL);
  EXPECT_EQ(::kevent(kq_.get(), nullptr, 0, &event, -1, nullptr), -1);
  EXPECT_EQ(errno, EINVAL);
  for (const timespec& limit :
       {timespec{-1, 0}, timespec{0, -1}, timespec{0, 1'000'000'000}, timespec{100'000'001, 0}}) {
    EXPECT_EQ(::kevent(kq_.get(), nullptr, 0, &event, 1, &limit), -1);
    EXPECT_EQ(errno, EINVAL);
  }
}

TEST_F(KqueueShim, ARefusedEventIsNotThere) {
  const test::TemporaryFolder folder;
  const OwnedFd file(::open((folder.path() + "/file").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  EXPECT_EQ(change(make(file.get(), EVFILT_READ, EV_ADD)), EINVAL) << "vnodes: not offered";
  EXPECT_EQ(change(make(file.get(), EVFILT_READ, EV_DELETE)), ENOENT);
}

TEST_F(KqueueShim, ADisabledEventIsNotReturned) {
  test::write_all(pair_.peer.get(), "x");
  EXPECT_EQ(change(EVFILT_READ, EV_ADD | EV_DISABLE), 0);
  EXPECT_TRUE(look().empty());
  EXPECT_EQ(change(EVFILT_READ, EV_ENABLE), 0);
  EXPECT_EQ(look().size(), 1U);
  EXPECT_EQ(change(EVFILT_READ, EV_DISABLE), 0);
  EXPECT_TRUE(look().empty());
  EXPECT_EQ(change(EVFILT_READ, EV_ADD), 0) << "adding enables";
  EXPECT_EQ(look().size(), 1U);
}

TEST_F(KqueueShim, ADispatchedEventIsDisabledByItsDelivery) {
  EXPECT_EQ(change(EVFILT_WRITE, EV_ADD | EV_DISPATCH), 0);
  EXPECT_EQ(look().size(), 1U);
  EXPECT_TRUE(look().empty());
  EXPECT_EQ(change(EVFILT_WRITE, EV_ENABLE), 0);
  EXPECT_EQ(look().size(), 1U);
}

TEST_F(KqueueShim, AOneShotEventIsDeletedByItsDelivery) {
  EXPECT_EQ(change(EVFILT_WRITE, EV_ADD | EV_ONESHOT), 0);
  EXPECT_EQ(look().size(), 1U);
  EXPECT_TRUE(look().empty());
  EXPECT_EQ(change(EVFILT_WRITE, EV_DELETE), ENOENT);
}

TEST_F(KqueueShim, AReceiptIsAlwaysReturnedAndDrainsNothing) {
  EXPECT_EQ(change(EVFILT_WRITE, EV_ADD), 0);  // pending from now on
  Kevent both[] = {make(ours(), EVFILT_READ, EV_ADD | EV_RECEIPT),
                   make(-1, EVFILT_READ, EV_ADD | EV_RECEIPT),
                   make(ours(), EVFILT_READ, EV_DELETE | EV_RECEIPT)};
  // The same array for the changes and the receipts.
  ASSERT_EQ(::kevent(kq_.get(), both, 3, both, 3, nullptr), 3);
  for (const Kevent& receipt : both) {
    EXPECT_NE(receipt.flags & EV_ERROR, 0);
    EXPECT_EQ(receipt.filter, EVFILT_READ) << "not the event that is pending";
  }
  EXPECT_EQ(both[0].data, 0);
  EXPECT_EQ(both[1].data, EBADF);
  EXPECT_EQ(both[2].data, 0) << "made although the one before failed";
}

TEST_F(KqueueShim, ChangesBehindAReceiptWithoutRoomAreNotProcessed) {
  const Kevent three[] = {make(ours(), EVFILT_READ, EV_ADD | EV_RECEIPT),
                          make(ours(), EVFILT_WRITE, EV_ADD | EV_RECEIPT),
                          make(pair_.peer.get(), EVFILT_WRITE, EV_ADD | EV_RECEIPT)};
  Kevent receipt;
  EXPECT_EQ(::kevent(kq_.get(), three, 3, &receipt, 1, nullptr), 1);
  EXPECT_EQ(change(EVFILT_WRITE, EV_DELETE), 0) << "its receipt was lost, it was made";
  EXPECT_EQ(change(make(pair_.peer.get(), EVFILT_WRITE, EV_DELETE)), ENOENT);
}

TEST_F(KqueueShim, AnErrorGoesIntoTheEventlistWhileThereIsRoom) {
  const Kevent two[] = {make(-1, EVFILT_READ, EV_ADD), make(ours(), EVFILT_WRITE, EV_ADD)};
  Kevent event;
  ASSERT_EQ(::kevent(kq_.get(), two, 2, &event, 1, nullptr), 1);
  EXPECT_EQ(event.flags & EV_ERROR, EV_ERROR);
  EXPECT_EQ(event.data, EBADF);
  EXPECT_EQ(look().size(), 1U) << "the change behind it was made";
  EXPECT_EQ(::kevent(kq_.get(), two, 2, nullptr, 0, nullptr), -1) << "without room";
  EXPECT_EQ(errno, EBADF);
}

TEST_F(KqueueShim, ChangesAreAppliedBeforeEventsAreRead) {
  const Kevent add = make(ours(), EVFILT_WRITE, EV_ADD);
  Kevent event;
  EXPECT_EQ(::kevent(kq_.get(), &add, 1, &event, 1, nullptr), 1);
  EXPECT_EQ(event.filter, EVFILT_WRITE);
}

// The queue.

TEST_F(KqueueShim, ClosingADescriptorRemovesItsKevents) {
  test::write_all(pair_.peer.get(), "x");
  const OwnedFd same(::dup(ours()));
  const int number = ours();
  EXPECT_EQ(change(EVFILT_READ, EV_ADD), 0);
  pair_.ours.reset();
  EXPECT_TRUE(look().empty()) << "although another number keeps the socket open";
  ASSERT_EQ(::dup2(same.get(), number), number);
  pair_.ours.reset(number);
  EXPECT_TRUE(look().empty());
  EXPECT_EQ(change(EVFILT_READ, EV_DELETE), ENOENT);
  EXPECT_EQ(change(EVFILT_READ, EV_ADD), 0);
  ASSERT_EQ(::dup2(same.get(), number), number) << "closes it, too";
  EXPECT_EQ(change(EVFILT_READ, EV_DELETE), ENOENT);
}

TEST_F(KqueueShim, ClosingAQueueGivesEverythingBack) {
  const std::size_t before = test::open_descriptors();
  for (int i = 0; i < 10; ++i) {
    const OwnedFd queue(::kqueue());
    ASSERT_TRUE(queue);
  }
  EXPECT_EQ(test::open_descriptors(), before);
  const int number = kq_.get();
  kq_.reset();
  EXPECT_EQ(::kevent(number, nullptr, 0, nullptr, 0, nullptr), -1);
  EXPECT_EQ(errno, EBADF);
}

TEST_F(KqueueShim, AQueueIsNotMadeWithoutDescriptors) {
  for (const std::size_t spare : {0U, 1U}) {
    const test::DescriptorShortage shortage(spare);
    EXPECT_EQ(::kqueue(), -1);
    EXPECT_EQ(errno, EMFILE);
  }
}

TEST_F(KqueueShim, AQueueIsReadableWhileEventsArePending) {
  const OwnedFd outer(::kqueue());
  const Kevent watch = make(kq_.get(), EVFILT_READ, EV_ADD);
  ASSERT_EQ(::kevent(outer.get(), &watch, 1, nullptr, 0, nullptr), 0);
  const auto outer_events = [&] {
    Kevent event;
    const timespec at_once{};
    return ::kevent(outer.get(), nullptr, 0, &event, 1, &at_once);
  };
  EXPECT_EQ(outer_events(), 0);
  EXPECT_EQ(change(EVFILT_WRITE, EV_ADD), 0);
  EXPECT_EQ(outer_events(), 1);
  EXPECT_EQ(change(EVFILT_WRITE, EV_DELETE), 0);
  EXPECT_EQ(outer_events(), 0);
  EXPECT_EQ(change(make(1, EVFILT_USER, EV_ADD, NOTE_TRIGGER)), 0);
  EXPECT_EQ(outer_events(), 1);
}

TEST_F(KqueueShim, AQueueIsNotInheritedByAForkedChild) {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool gone = ::fcntl(kq_.get(), F_GETFD) < 0 &&
                      ::kevent(kq_.get(), nullptr, 0, nullptr, 0, nullptr) < 0 && errno == EBADF;
    const bool has_its_own = ::kqueue() >= 0;
    ::_exit(gone && has_its_own ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(change(EVFILT_WRITE, EV_ADD), 0);
  EXPECT_EQ(look().size(), 1U);
}

TEST_F(KqueueShim, TheTimeLimitIsWaitedForAndReturnsNothing) {
  Kevent event;
  const timespec limit{0, 5'000'000};
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(::kevent(kq_.get(), nullptr, 0, &event, 1, &limit), 0);
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(5));
}

TEST_F(KqueueShim, WithoutRoomForAnEventItReturnsAtOnce) {
  EXPECT_EQ(::kevent(kq_.get(), nullptr, 0, nullptr, 0, nullptr), 0);
}

TEST_F(KqueueShim, AnotherThreadsChangeEndsAWait) {
  EXPECT_EQ(change(make(1, EVFILT_USER, EV_ADD | EV_CLEAR)), 0);
  for (const Kevent& one :
       {make(1, EVFILT_USER, 0, NOTE_TRIGGER), make(ours(), EVFILT_WRITE, EV_ADD)}) {
    std::thread other([&] { EXPECT_EQ(change(one), 0); });
    Kevent event{};
    EXPECT_EQ(::kevent(kq_.get(), nullptr, 0, &event, 1, nullptr), 1);
    EXPECT_EQ(event.filter, one.filter);
    other.join();
  }
}

TEST_F(KqueueShim, ASignalEndsAWait) {
  static std::atomic<int> signals;
  signals = 0;
  struct sigaction action {};
  struct sigaction former {};
  action.sa_handler = [](int) { ++signals; };
  ASSERT_EQ(::sigaction(SIGUSR1, &action, &former), 0);
  std::atomic<bool> returned{false};
  const pthread_t waiter = ::pthread_self();
  std::thread other([&] {
    while (!returned) {
      ::pthread_kill(waiter, SIGUSR1);
      std::this_thread::yield();
    }
  });
  Kevent event;
  EXPECT_EQ(::kevent(kq_.get(), nullptr, 0, &event, 1, nullptr), -1);
  EXPECT_EQ(errno, EINTR);
  returned = true;
  other.join();
  ::sigaction(SIGUSR1, &former, nullptr);
  EXPECT_GT(signals, 0);
}

}  // namespace
}  // namespace halo
