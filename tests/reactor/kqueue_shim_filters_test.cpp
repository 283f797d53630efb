// The imitation of kqueue(2) that lets the poller for BSD and macOS run on Linux: each case is a
// sentence of FreeBSD's manual page. What it does not offer has no declaration, or says EINVAL.
// Here: the filters, and which events come.

#include <fcntl.h>
#include <sys/event.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/reactor/kqueue_shim_fixture.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo {
namespace {

using test::Kevent;

class KqueueShimFilters : public test::KqueueShimFixture {};

TEST_F(KqueueShimFilters, ReadSaysHowManyBytesThereAre) {
  EXPECT_EQ(change(EVFILT_READ, EV_ADD), 0);
  EXPECT_TRUE(look().empty());
  test::write_all(pair_.peer.get(), "four");
  for (int i = 0; i < 3; ++i) {  // as long as the condition holds
    const std::vector<Kevent> events = look();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].data, 4);
    EXPECT_EQ(events[0].flags, 0);
  }
  (void)test::read_available(ours());
  EXPECT_TRUE(look().empty()) << "the filter is also run when the user retrieves the kevent";
}

TEST_F(KqueueShimFilters, ReadOfAListeningSocketSaysTheSizeOfTheBacklog) {
  const OwnedFd listener = test::listener_v4();
  EXPECT_EQ(change(make(listener.get(), EVFILT_READ, EV_ADD)), 0);
  EXPECT_TRUE(look().empty());
  const Endpoint to = test::local_endpoint_of(listener.get());
  const OwnedFd first = test::connect_to(to);
  const OwnedFd second = test::connect_to(to);
  ASSERT_TRUE(test::wait_until([&] {
    const std::vector<Kevent> events = look();
    return events.size() == 1 && events[0].data == 2;
  }));
}

TEST_F(KqueueShimFilters, EndOfInputIsReturnedWhileDataIsPending) {
  EXPECT_EQ(change(EVFILT_READ, EV_ADD), 0);
  test::write_all(pair_.peer.get(), "four");
  test::shutdown_write(pair_.peer.get());
  std::vector<Kevent> events = look();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].flags, EV_EOF);
  EXPECT_EQ(events[0].data, 4);
  (void)test::read_available(ours());
  events = look();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].flags, EV_EOF);
  EXPECT_EQ(events[0].data, 0);
}

TEST_F(KqueueShimFilters, WriteSaysHowMuchRoomThereIs) {
  EXPECT_EQ(change(EVFILT_WRITE, EV_ADD), 0);
  const std::vector<Kevent> empty = look();
  ASSERT_EQ(empty.size(), 1U);
  EXPECT_EQ(empty[0].flags, 0);
  test::write_all(ours(), std::string(10'000, 'x'));
  const std::vector<Kevent> used = look();
  ASSERT_EQ(used.size(), 1U);
  EXPECT_LE(used[0].data, empty[0].data - 10'000);
  while (test::write_available(ours(), std::string(100'000, 'x')) > 0) {
  }
  EXPECT_TRUE(look().empty());
}

TEST_F(KqueueShimFilters, WriteSetsEofWhenTheReaderDisconnects) {
  EXPECT_EQ(change(EVFILT_WRITE, EV_ADD), 0);
  test::shutdown_write(pair_.peer.get());
  ASSERT_EQ(look().size(), 1U);
  EXPECT_EQ(look()[0].flags, 0) << "it still reads";
  pair_.peer.reset();
  ASSERT_EQ(look().size(), 1U);
  EXPECT_EQ(look()[0].flags, EV_EOF);
}

TEST_F(KqueueShimFilters, PipesHaveAnEndInEachDirection) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  OwnedFd reader(ends[0]);
  OwnedFd writer(ends[1]);
  EXPECT_EQ(change(make(reader.get(), EVFILT_READ, EV_ADD)), 0);
  EXPECT_TRUE(look().empty());
  ASSERT_EQ(::write(writer.get(), "xy", 2), 2);
  ASSERT_EQ(look().size(), 1U);
  EXPECT_EQ(look()[0].data, 2);
  writer.reset();
  ASSERT_EQ(look().size(), 1U);
  EXPECT_EQ(look()[0].flags, EV_EOF);

  ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  reader.reset(ends[0]);
  writer.reset(ends[1]);
  EXPECT_EQ(change(make(writer.get(), EVFILT_WRITE, EV_ADD)), 0);
  ASSERT_EQ(look().size(), 1U);
  EXPECT_EQ(look()[0].flags, 0);
  reader.reset();
  ASSERT_EQ(look().size(), 1U);
  EXPECT_EQ(look()[0].flags, EV_EOF);
}

TEST_F(KqueueShimFilters, AnErrorOfTheSocketIsLeftForTheCallThatAsks) {
  test::SocketPair tcp = test::tcp_pair();
  EXPECT_EQ(change(make(tcp.ours.get(), EVFILT_READ, EV_ADD)), 0);
  EXPECT_EQ(change(make(tcp.ours.get(), EVFILT_WRITE, EV_ADD)), 0);
  test::reset(std::move(tcp.peer));
  ASSERT_TRUE(test::wait_until([&] {
    const std::vector<Kevent> events = look();
    return events.size() == 2 && events[0].flags == EV_EOF && events[1].flags == EV_EOF;
  }));
  EXPECT_EQ(test::read_available(tcp.ours.get()).error, ECONNRESET);
}

TEST_F(KqueueShimFilters, AUserEventIsTriggeredByUserLevelCode) {
  int tag = 0;
  EXPECT_EQ(change(make(7, EVFILT_USER, EV_ADD | EV_CLEAR, 0, &tag)), 0);
  EXPECT_TRUE(look().empty());
  EXPECT_EQ(change(make(7, EVFILT_USER, 0, NOTE_TRIGGER, &tag)), 0);
  EXPECT_EQ(change(make(7, EVFILT_USER, 0, NOTE_TRIGGER, &tag)), 0);
  const std::vector<Kevent> events = look();
  ASSERT_EQ(events.size(), 1U) << "aggregated into a single kevent";
  EXPECT_EQ(events[0].ident, 7U);
  EXPECT_EQ(events[0].filter, EVFILT_USER);
  EXPECT_EQ(events[0].udata, &tag);
  EXPECT_TRUE(look().empty()) << "EV_CLEAR: reset after it is retrieved";
}

TEST_F(KqueueShimFilters, AUserEventWithoutClearStaysTriggered) {
  EXPECT_EQ(change(make(7, EVFILT_USER, EV_ADD)), 0);
  EXPECT_EQ(change(make(7, EVFILT_USER, EV_DISABLE, NOTE_TRIGGER)), 0);
  EXPECT_TRUE(look().empty());
  EXPECT_EQ(change(make(7, EVFILT_USER, EV_ENABLE)), 0);
  EXPECT_EQ(look().size(), 1U);
  EXPECT_EQ(look().size(), 1U);
  EXPECT_EQ(change(make(7, EVFILT_USER, EV_DELETE)), 0);
  EXPECT_TRUE(look().empty());
}

TEST_F(KqueueShimFilters, ASmallEventlistIsFairToAll) {
  test::write_all(pair_.peer.get(), "x");
  test::write_all(ours(), "x");
  for (const int fd : {ours(), pair_.peer.get()}) {
    EXPECT_EQ(change(make(fd, EVFILT_READ, EV_ADD)), 0);
    EXPECT_EQ(change(make(fd, EVFILT_WRITE, EV_ADD)), 0);
  }
  for (const int room : {1, 2, 3}) {
    std::vector<std::pair<std::uintptr_t, int>> seen;
    for (int i = 0; i < 8; ++i) {
      for (const Kevent& event : look(room)) {
        seen.emplace_back(event.ident, event.filter);
      }
    }
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    EXPECT_EQ(seen.size(), 4U) << "room for " << room;
  }
}

}  // namespace
}  // namespace halo
