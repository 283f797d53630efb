#include "tests/fuzz/kept_input.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace halo::test {
namespace {

class KeptInputTest : public testing::Test {
 protected:
  std::string text() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  static std::vector<std::uint8_t> bytes(std::string_view text) {
    return {text.begin(), text.end()};
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.path() + "/input";
};

TEST_F(KeptInputTest, FileHoldsTheInputAtHand) {
  KeptInput kept(path_);
  for (const char* input : {"longer", "one", ""}) {
    kept.keep(bytes(input));
    EXPECT_EQ(text(), input);
  }
}

TEST_F(KeptInputTest, OrderlyEndLeavesNoFile) {
  KeptInput(path_).keep(bytes("fine"));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

using KeptInputDeathTest = KeptInputTest;

TEST_F(KeptInputDeathTest, InputOfAProcessThatDiesIsThere) {
  EXPECT_EXIT(
      {
        KeptInput kept(path_);
        kept.keep(bytes("bad"));
        ::_exit(3);
      },
      testing::ExitedWithCode(3), "");
  EXPECT_EQ(text(), "bad");
}

TEST_F(KeptInputDeathTest, FolderThatIsNotThereAborts) {
  EXPECT_DEATH(KeptInput("/nowhere/input"), "artifact_prefix");
}

}  // namespace
}  // namespace halo::test
