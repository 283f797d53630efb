#include "tools/httpget/temporary_name.hpp"

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"
#include "tests/tools/files.hpp"

namespace halo::httpget {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST(TemporaryName, IsInTheSameFolder) {
  EXPECT_THAT(TemporaryName("/some/where/page").path(), StartsWith("/some/where/.httpget-"));
  EXPECT_THAT(TemporaryName("page").path(), StartsWith(".httpget-"));
  EXPECT_THAT(TemporaryName("/page").path(), StartsWith("/.httpget-"));
}

TEST(TemporaryName, IsNewEachTime) {
  EXPECT_NE(TemporaryName("page").path(), TemporaryName("page").path());
}

TEST(TemporaryName, RemovesItsFile) {
  const test::TemporaryFolder folder;
  {
    const TemporaryName name(folder.path() + "/page");
    test::write_file(name.path(), "half");
  }
  EXPECT_THAT(test::names_in(folder.path()), IsEmpty());
}

TEST(TemporaryName, GivesItsPlaceBack) {
  for (std::size_t i = 0; i < 3 * TemporaryName::kCountMax; ++i) {
    const TemporaryName name("page");
  }
  std::vector<std::unique_ptr<TemporaryName>> names;
  for (std::size_t i = 0; i < TemporaryName::kCountMax; ++i) {
    names.push_back(std::make_unique<TemporaryName>("page"));
  }
}

TEST(RemoveAndExitDeathTest, LeavesNothingAndTellsWhy) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const test::TemporaryFolder folder;
  test::write_file(folder.path() + "/whole", "whole");
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    EXPECT_EXIT(
        {
          (void)std::signal(number, SIG_DFL);  // whoever runs the tests may ignore it
          remove_and_exit_at({SIGINT, SIGTERM, SIGHUP}, "httpget: interrupted\n");
          const TemporaryName first(folder.path() + "/a");
          const TemporaryName not_made_yet(folder.path() + "/b");
          const TemporaryName third(folder.path() + "/c");
          test::write_file(first.path(), "half");
          test::write_file(third.path(), "half");
          (void)::raise(number);
        },
        testing::ExitedWithCode(128 + number), "^httpget: interrupted\n$");
    EXPECT_THAT(test::names_in(folder.path()), ElementsAre("whole"));
  }
}

TEST(RemoveAndExitDeathTest, LeavesAnIgnoredSignalAlone) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        (void)std::signal(SIGHUP, SIG_IGN);
        remove_and_exit_at({SIGHUP}, "httpget: interrupted\n");
        (void)::raise(SIGHUP);
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), "^$");
}

}  // namespace
}  // namespace halo::httpget
