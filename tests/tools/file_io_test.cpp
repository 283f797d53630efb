#include "tools/httpget/file_io.hpp"

#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"
#include "tests/tools/files.hpp"

namespace halo::httpget {
namespace {

TEST(FileIo, ReadsFilesUpToTheLimit) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/data";
  const std::string text(200'000, 'x');  // of several reads
  test::write_file(path, text);
  EXPECT_EQ(read_file(path, text.size()).value(), text);
  EXPECT_EQ(read_file(path, text.size() - 1).error(), std::errc::file_too_large);
  EXPECT_EQ(read_file(path, 0).error(), std::errc::file_too_large);
}

TEST(FileIo, SaysWhyAFileCannotBeRead) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(read_file(folder.path() + "/none", 1).error(), std::errc::no_such_file_or_directory);
  EXPECT_EQ(read_file(folder.path(), 1).error(), std::errc::is_a_directory);
}

}  // namespace
}  // namespace halo::httpget
