// What a system call may answer and seldom does: a short write, an interruption, a full disk at
// close(2). The linker gives the program's calls to the functions here: ld(1), --wrap.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"
#include "tests/tools/files.hpp"
#include "tools/httpget/output.hpp"
#include "tools/httpget/part_file.hpp"

namespace {

/// What the next writes do: so many bytes at the most, or the errno value.
struct Answer {
  std::size_t bytes_max;
  int error;
};
std::deque<Answer> writes;
int close_error = 0;
int rename_error = 0;

}  // namespace

extern "C" {
ssize_t __real_write(int fd, const void* bytes, size_t count);
int __real_close(int fd);
int __real_rename(const char* from, const char* to);

ssize_t __wrap_write(int fd, const void* bytes, size_t count);
ssize_t __wrap_write(int fd, const void* bytes, size_t count) {
  if (writes.empty()) {
    return __real_write(fd, bytes, count);
  }
  const Answer answer = writes.front();
  writes.pop_front();
  if (answer.error != 0) {
    errno = answer.error;
    return -1;
  }
  return __real_write(fd, bytes, std::min(count, answer.bytes_max));
}

int __wrap_close(int fd);
int __wrap_close(int fd) {
  const int result = __real_close(fd);
  if (close_error != 0) {
    errno = std::exchange(close_error, 0);
    return -1;
  }
  return result;
}

int __wrap_rename(const char* from, const char* to);
int __wrap_rename(const char* from, const char* to) {
  if (rename_error != 0) {
    errno = std::exchange(rename_error, 0);
    return -1;
  }
  return __real_rename(from, to);
}
}

namespace halo::httpget {
namespace {

using test::bytes_of;
using test::content_of;
using testing::ElementsAre;

class OutputFaults : public testing::Test {
 protected:
  OutputFaults() { test::write_file(path(), "old"); }
  ~OutputFaults() override {
    EXPECT_TRUE(writes.empty()) << "every fault was met";
    EXPECT_EQ(close_error, 0);
    EXPECT_EQ(rename_error, 0);
    writes.clear();
    close_error = rename_error = 0;
  }

  std::string path() const { return folder_.path() + "/page"; }
  std::unique_ptr<Output> open() const { return std::move(*open_output(path(), 0644)); }
  std::unique_ptr<PartFile> open_part() const {
    return std::move(*PartFile::open(path(), 0644, "http://a/"));
  }

  void expect_only_the_old_file() const {
    EXPECT_THAT(test::names_in(folder_.path()), ElementsAre("page"));
    EXPECT_EQ(content_of(path()), "old");
  }

  test::TemporaryFolder folder_;
};

TEST_F(OutputFaults, ShortAndInterruptedWritesGoOn) {
  const auto output = open();
  writes = {{1, 0}, {0, EINTR}, {3, 0}, {0, EAGAIN}, {0, EINTR}, {2, 0}};
  EXPECT_EQ(output->write(bytes_of("0123456789")), std::error_code());
  EXPECT_EQ(output->finish(), std::error_code());
  EXPECT_EQ(content_of(path()), "0123456789");
}

TEST_F(OutputFaults, AFullDiskIsAnErrorAfterAPartWasWritten) {
  {
    const auto output = open();
    writes = {{4, 0}, {0, ENOSPC}};
    EXPECT_EQ(output->write(bytes_of("0123456789")), std::errc::no_space_on_device);
  }
  expect_only_the_old_file();
}

TEST_F(OutputFaults, AWriteThatTakesNothingIsAnErrorAndNoLoop) {
  {
    const auto output = open();
    writes = {{0, 0}};
    EXPECT_EQ(output->write(bytes_of("0123456789")), std::errc::io_error);
  }
  expect_only_the_old_file();
}

TEST_F(OutputFaults, WhatCloseFindsOutCounts) {
  {
    const auto output = open();
    EXPECT_EQ(output->write(bytes_of("0123456789")), std::error_code());
    close_error = ENOSPC;
    EXPECT_EQ(output->finish(), std::errc::no_space_on_device);
  }
  expect_only_the_old_file();
}

TEST_F(OutputFaults, AnInterruptedCloseIsDone) {
  const auto output = open();
  close_error = EINTR;
  EXPECT_EQ(output->finish(), std::error_code());
  EXPECT_EQ(content_of(path()), "");
}

TEST_F(OutputFaults, ARenameThatFailsLeavesTheOldFile) {
  {
    const auto output = open();
    rename_error = EPERM;
    EXPECT_EQ(output->finish(), std::errc::operation_not_permitted);
  }
  expect_only_the_old_file();
}

TEST_F(OutputFaults, APartKeepsWhatFittedOnTheDisk) {
  {
    const auto part = open_part();
    EXPECT_EQ(part->begin("\"v1\"", 10), std::error_code());
    writes = {{4, 0}, {0, ENOSPC}};
    EXPECT_EQ(part->write(bytes_of("0123456789")), std::errc::no_space_on_device);
    EXPECT_EQ(part->usable_bytes(), 4U);
  }
  EXPECT_EQ(content_of(path()), "old");
  EXPECT_EQ(open_part()->usable_bytes(), 4U);
}

TEST_F(OutputFaults, APartIsNotWholeBeforeItIsOnTheDisk) {
  {
    const auto part = open_part();
    EXPECT_EQ(part->begin("\"v1\"", 4), std::error_code());
    EXPECT_EQ(part->write(bytes_of("0123")), std::error_code());
    close_error = ENOSPC;
    EXPECT_EQ(part->finish(), std::errc::no_space_on_device);
  }
  EXPECT_EQ(content_of(path()), "old");
  EXPECT_EQ(content_of(path() + ".part"), "0123");
}

// The old note with new bytes would join two bodies into one.
TEST_F(OutputFaults, APartIsEmptyBeforeItsNoteChanges) {
  {
    const auto part = open_part();
    EXPECT_EQ(part->begin("\"v1\"", 10), std::error_code());
    EXPECT_EQ(part->write(bytes_of("0123")), std::error_code());
  }
  {
    const auto part = open_part();
    ASSERT_EQ(part->usable_bytes(), 4U);
    writes = {{0, ENOSPC}};  // for the note
    EXPECT_EQ(part->begin("\"v2\"", 10), std::errc::no_space_on_device);
    EXPECT_EQ(part->usable_bytes(), 0U);
  }
  expect_only_the_old_file();
}

}  // namespace
}  // namespace halo::httpget
