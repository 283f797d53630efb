#include "reactor/owned_fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include <gtest/gtest.h>

namespace halo {
namespace {

int open_null() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

TEST(OwnedFd, StartsEmpty) {
  const OwnedFd fd;
  EXPECT_FALSE(static_cast<bool>(fd));
  EXPECT_EQ(fd.get(), -1);
}

TEST(OwnedFd, OwnsDescriptorZeroToo) {
  EXPECT_TRUE([] {
    OwnedFd zero(0);
    const bool owns = static_cast<bool>(zero);
    (void)zero.release();
    return owns;
  }());
}

TEST(OwnedFd, ClosesWhenItGoes) {
  const int number = open_null();
  { const OwnedFd fd(number); }
  EXPECT_FALSE(is_open(number));
}

TEST(OwnedFd, MoveGivesOwnershipAway) {
  OwnedFd first(open_null());
  const int number = first.get();
  {
    const OwnedFd second(std::move(first));
    EXPECT_EQ(second.get(), number);
    EXPECT_EQ(first.get(), -1);  // NOLINT(bugprone-use-after-move): what is left?
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(OwnedFd, AssignmentClosesWhatItHad) {
  OwnedFd first(open_null());
  OwnedFd second(open_null());
  const int closed = first.get();
  const int kept = second.get();
  first = std::move(second);
  EXPECT_FALSE(is_open(closed));
  EXPECT_EQ(first.get(), kept);
  EXPECT_TRUE(is_open(kept));
}

TEST(OwnedFd, SurvivesAssignmentToItself) {
  OwnedFd fd(open_null());
  const int number = fd.get();
  OwnedFd& same = fd;
  fd = std::move(same);
  EXPECT_EQ(fd.get(), number);
  EXPECT_TRUE(is_open(number));
}

TEST(OwnedFd, ResetToTheSameDescriptorKeepsItOpen) {
  OwnedFd fd(open_null());
  fd.reset(fd.get());
  EXPECT_TRUE(is_open(fd.get()));
}

TEST(OwnedFd, ReleaseLeavesItOpen) {
  OwnedFd fd(open_null());
  const int number = fd.release();
  EXPECT_FALSE(static_cast<bool>(fd));
  EXPECT_TRUE(is_open(number));
  ::close(number);
}

}  // namespace
}  // namespace halo
