#include "tools/httpget/output.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"
#include "tests/tools/files.hpp"

namespace halo::httpget {
namespace {

using test::bytes_of;
using test::content_of;
using test::names_in;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr mode_t kMode = 0640;

class OutputTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  std::vector<std::string> names() const { return names_in(folder_.path()); }

  std::unique_ptr<Output> open(const std::string& name) {
    Result<std::unique_ptr<Output>> output = open_output(path(name), kMode);
    EXPECT_TRUE(output) << output.error().message();
    return output ? std::move(*output) : nullptr;
  }

  static mode_t mode_of(const std::string& file) {
    struct stat found {};
    EXPECT_EQ(::stat(file.c_str(), &found), 0);
    return found.st_mode & 07777;
  }

 private:
  test::TemporaryFolder folder_;
};

TEST_F(OutputTest, AppearsUnderItsNameOnlyWhenItIsWhole) {
  const auto output = open("page");
  EXPECT_EQ(output->write(bytes_of("half ")), std::error_code());
  EXPECT_FALSE(std::filesystem::exists(path("page")));
  EXPECT_EQ(names().size(), 1U);
  EXPECT_EQ(output->write(bytes_of("and half")), std::error_code());
  EXPECT_EQ(output->finish(), std::error_code());
  EXPECT_THAT(names(), ElementsAre("page"));
  EXPECT_EQ(content_of(path("page")), "half and half");
}

TEST_F(OutputTest, LeavesNothingWhenItIsNotFinished) {
  EXPECT_EQ(open("page")->write(bytes_of("half")), std::error_code());
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(OutputTest, KeepsTheOldFileUntilTheNewOneIsWhole) {
  test::write_file(path("page"), "old");
  EXPECT_EQ(open("page")->write(bytes_of("half")), std::error_code());
  EXPECT_EQ(content_of(path("page")), "old");

  const auto output = open("page");
  EXPECT_EQ(output->write(bytes_of("new")), std::error_code());
  EXPECT_EQ(content_of(path("page")), "old");
  EXPECT_EQ(output->finish(), std::error_code());
  EXPECT_EQ(content_of(path("page")), "new");
  EXPECT_THAT(names(), ElementsAre("page"));
}

TEST_F(OutputTest, IsTheOwnersAloneUntilItIsWholeAndThenAsAnyNewFile) {
  const auto output = open("page");
  EXPECT_EQ(mode_of(path(names().front())), 0600U);
  EXPECT_EQ(output->finish(), std::error_code());
  EXPECT_EQ(mode_of(path("page")), kMode);
}

TEST_F(OutputTest, KeepsThePermissionsOfTheFileItReplaces) {
  test::write_file(path("page"), "old");
  ASSERT_EQ(::chmod(path("page").c_str(), 0604), 0);
  EXPECT_EQ(open("page")->finish(), std::error_code());
  EXPECT_EQ(mode_of(path("page")), 0604U);
}

TEST_F(OutputTest, StartsAgain) {
  const auto output = open("page");
  EXPECT_EQ(output->write(bytes_of("a first try, which fails")), std::error_code());
  EXPECT_EQ(output->restart(), std::error_code());
  EXPECT_EQ(output->write(bytes_of("a second")), std::error_code());
  EXPECT_EQ(output->finish(), std::error_code());
  EXPECT_EQ(content_of(path("page")), "a second");
}

TEST_F(OutputTest, FollowsSymbolicLinksAndLeavesThem) {
  std::filesystem::create_directory(path("elsewhere"));
  test::write_file(path("elsewhere/page"), "old");
  std::filesystem::create_symlink("elsewhere/page", path("link"));
  std::filesystem::create_symlink("elsewhere/none", path("dangling"));
  for (const char* const name : {"link", "dangling"}) {
    const auto output = open(name);
    EXPECT_EQ(output->write(bytes_of("new")), std::error_code());
    EXPECT_EQ(output->finish(), std::error_code());
    EXPECT_TRUE(std::filesystem::is_symlink(path(name)));
    EXPECT_EQ(content_of(path(name)), "new");
  }
  EXPECT_THAT(names_in(path("elsewhere")), ElementsAre("none", "page"));
}

TEST_F(OutputTest, RefusesBeforehandWhatCannotBeWritten) {
  std::filesystem::create_directory(path("folder"));
  std::filesystem::create_symlink("loop", path("loop"));
  test::write_file(path("file"), "");
  const std::pair<std::string, std::errc> cases[] = {
      {"folder", std::errc::is_a_directory},
      {"none/page", std::errc::no_such_file_or_directory},
      {"file/page", std::errc::not_a_directory},
      {"loop", std::errc::too_many_symbolic_link_levels},
      {std::string(256, 'n'), std::errc::filename_too_long},
  };
  for (const auto& [name, why] : cases) {
    EXPECT_EQ(open_output(path(name), kMode).error(), why) << name;
  }
}

// As a death test: in a process that gives up root's rights, if it has them.
TEST_F(OutputTest, RefusesToReplaceAFileThatItMayNotWrite) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  test::write_file(path("page"), "old");
  ASSERT_EQ(::chmod(path("page").c_str(), 0444), 0);
  ASSERT_EQ(::chmod(path("").c_str(), 0777), 0);
  EXPECT_EXIT(
      {
        constexpr uid_t kNobody = 65534;
        const bool powerless = ::geteuid() != 0 || ::seteuid(kNobody) == 0;
        const std::error_code error = open_output(path("page"), kMode).error();
        std::_Exit(powerless && error == std::errc::permission_denied ? 7 : 1);
      },
      testing::ExitedWithCode(7), "");
  EXPECT_EQ(content_of(path("page")), "old");
}

TEST_F(OutputTest, WritesADeviceAsItIs) {
  Result<std::unique_ptr<Output>> output = open_output("/dev/null", kMode);
  ASSERT_TRUE(output);
  EXPECT_EQ((*output)->restart(), std::error_code());  // nothing has left us yet
  EXPECT_EQ((*output)->write(bytes_of("gone")), std::error_code());
  EXPECT_EQ((*output)->restart(), std::errc::invalid_seek);
  EXPECT_EQ((*output)->finish(), std::error_code());
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST_F(OutputTest, WritesStandardOutput) {
  testing::internal::CaptureStdout();
  const Result<std::unique_ptr<Output>> output = open_output("-", kMode);
  ASSERT_TRUE(output);
  EXPECT_EQ((*output)->write(bytes_of("body")), std::error_code());
  EXPECT_EQ((*output)->restart(), std::errc::invalid_seek);
  EXPECT_EQ((*output)->finish(), std::error_code());
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "body");
}

/// As a disk has no room for more, a process may have none: see setrlimit(2), RLIMIT_FSIZE.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    former_ignored_ = ::signal(SIGXFSZ, SIG_IGN);
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &former_), 0);
    rlimit limit = former_;
    limit.rlim_cur = bytes;
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~FileSizeLimit() {
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &former_), 0);
    (void)::signal(SIGXFSZ, former_ignored_);
  }

 private:
  rlimit former_{};
  void (*former_ignored_)(int) = SIG_DFL;
};

TEST_F(OutputTest, LeavesTheOldFileWhenThereIsNoRoomForTheNewOne) {
  test::write_file(path("page"), "old");
  {
    const FileSizeLimit limit(10);
    const auto output = open("page");
    EXPECT_EQ(output->write(bytes_of("longer than that")), std::errc::file_too_large);
  }
  EXPECT_THAT(names(), ElementsAre("page"));
  EXPECT_EQ(content_of(path("page")), "old");
}

}  // namespace
}  // namespace halo::httpget
