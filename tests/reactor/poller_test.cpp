#include "reactor/poller.hpp"

#include <fcntl.h>

#include <algorithm>

#include <gtest/gtest.h>

#include "reactor/error.hpp"
#include "reactor/owned_fd.hpp"
#include "tests/reactor/expect_events.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/temporary_folder.hpp"

namespace halo {
namespace {

TEST(Poller, InterestIsASetOfTwoBits) {
  EXPECT_EQ(Interest::kReadable | Interest::kWritable, Interest::kBoth);
  EXPECT_EQ(Interest::kBoth & Interest::kWritable, Interest::kWritable);
  EXPECT_EQ(Interest::kReadable & Interest::kWritable, Interest::kNone);
  EXPECT_TRUE(includes(Interest::kBoth, Interest::kReadable));
  EXPECT_FALSE(includes(Interest::kReadable, Interest::kBoth));
  EXPECT_TRUE(includes(Interest::kNone, Interest::kNone));
}

TEST(Poller, EachAvailableKindCanBeMade) {
  ASSERT_FALSE(available_pollers().empty());
  for (const PollerKind kind : available_pollers()) {
    EXPECT_TRUE(make_poller(kind).has_value());
  }
}

TEST(Poller, PollIsAvailableEverywhere) {
  EXPECT_NE(std::ranges::find(available_pollers(), PollerKind::kPoll), available_pollers().end());
}

TEST(Poller, BestIsTheFirstAvailable) {
  EXPECT_EQ(make_poller(PollerKind::kBest).value()->name(),
            make_poller(available_pollers().front()).value()->name());
  EXPECT_EQ(parse_poller_kind("best").value(), PollerKind::kBest);
}

TEST(Poller, KindThatIsNotAvailableIsAnError) {
  for (const PollerKind kind : {PollerKind::kEpoll, PollerKind::kKqueue, PollerKind::kPoll}) {
    const bool available =
        std::ranges::find(available_pollers(), kind) != available_pollers().end();
    const Result<std::unique_ptr<Poller>> poller = make_poller(kind);
    EXPECT_EQ(poller.has_value(), available);
    if (!available) {
      EXPECT_EQ(poller.error(), Errc::kPollerUnavailable);
    }
  }
}

TEST(Poller, UnknownWordsDoNotParse) {
  for (const char* word : {"", "Epoll", "epoll ", "select", "iocp", "bes"}) {
    EXPECT_EQ(parse_poller_kind(word).error(), Errc::kPollerUnavailable) << word;
  }
}

// Descriptors that are no sockets, on every poller.

class PollerOnFiles : public testing::TestWithParam<PollerKind> {
 protected:
  std::unique_ptr<Poller> poller_ = make_poller(GetParam()).value();
};

HALO_ON_EVERY_POLLER(PollerOnFiles);

TEST_P(PollerOnFiles, ItsOwnDescriptorIsClosedOnExec) {
  if (poller_->native_handle() < 0) {
    EXPECT_EQ(poller_->name(), "poll") << "the others have a descriptor of their own";
    return;
  }
  EXPECT_EQ(::fcntl(poller_->native_handle(), F_GETFD), FD_CLOEXEC);
}

TEST_P(PollerOnFiles, RegularFileIsRefusedOrAlwaysReady) {
  // At its end, too, where kqueue's filter would be silent while a read tells of the end.
  const test::TemporaryFolder folder;
  const OwnedFd file(
      ::open((folder.path() + "/empty").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_TRUE(file);
  if (const std::error_code error = poller_->add(file.get(), {1, 1}, Interest::kReadable)) {
    EXPECT_EQ(error, std::errc::operation_not_permitted);
  } else {
    test::expect_events(*poller_, {{{1, 1}, Interest::kReadable}});
  }
  EXPECT_FALSE(poller_->remove(file.get()));
}

// Mistakes of the caller, on every poller.

class PollerDeathTest : public testing::TestWithParam<PollerKind> {
 protected:
  std::unique_ptr<Poller> poller_ = make_poller(GetParam()).value();
};

HALO_ON_EVERY_POLLER(PollerDeathTest);

TEST_P(PollerDeathTest, TokenThatNamesNothingAborts) {
  EXPECT_DEATH((void)poller_->add(0, {}, Interest::kReadable), "generation 0 names nothing");
}

TEST_P(PollerDeathTest, NegativeDescriptorAborts) {
  EXPECT_DEATH((void)poller_->add(-1, {1, 1}, Interest::kReadable), "not negative");
}

TEST_P(PollerDeathTest, WaitWithoutRoomAborts) {
  EXPECT_DEATH((void)poller_->wait({}, Duration::zero()), "room for an event");
}

}  // namespace
}  // namespace halo
