#include "tools/httpget/part_file.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"
#include "tests/tools/files.hpp"

namespace halo::httpget {
namespace {

using test::bytes_of;
using test::content_of;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kUrl = "http://example.org/large";
const std::string kEtag = "\"v1\"";

class PartFileTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  std::vector<std::string> names() const { return test::names_in(folder_.path()); }

  std::unique_ptr<PartFile> open(const std::string& url = kUrl) {
    Result<std::unique_ptr<PartFile>> part = PartFile::open(path("large"), 0640, url);
    EXPECT_TRUE(part) << part.error().message();
    return part ? std::move(*part) : nullptr;
  }

  /// A run that is cut after `bytes`.
  void leave_part(const std::string& bytes, const std::string& validator = kEtag) {
    const auto part = open();
    EXPECT_EQ(part->begin(validator, 10), std::error_code());
    EXPECT_EQ(part->write(bytes_of(bytes)), std::error_code());
  }

 private:
  test::TemporaryFolder folder_;
};

TEST_F(PartFileTest, GoesOnWhereItWasCut) {
  leave_part("01234");
  EXPECT_THAT(names(), ElementsAre("large.part", "large.part.json"));
  const auto part = open();
  EXPECT_EQ(part->usable_bytes(), 5U);
  EXPECT_EQ(part->note(), (PartNote{kUrl, kEtag, 10}));
  EXPECT_EQ(part->write(bytes_of("56789")), std::error_code());
  EXPECT_EQ(part->usable_bytes(), 10U);
  EXPECT_EQ(part->finish(), std::error_code());
  EXPECT_EQ(content_of(path("large")), "0123456789");
  EXPECT_THAT(names(), ElementsAre("large"));
  struct stat found {};
  ASSERT_EQ(::stat(path("large").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0640U);
}

TEST_F(PartFileTest, BeginsAgainWhenTheServerHasAnotherBody) {
  leave_part("01234");
  {
    const auto part = open();
    EXPECT_EQ(part->begin("\"v2\"", std::nullopt), std::error_code());
    EXPECT_EQ(part->usable_bytes(), 0U);
    EXPECT_EQ(part->write(bytes_of("new")), std::error_code());
  }
  const auto part = open();
  EXPECT_EQ(part->usable_bytes(), 3U);
  EXPECT_EQ(part->note(), (PartNote{kUrl, "\"v2\"", std::nullopt}));
  EXPECT_EQ(content_of(path("large.part")), "new");
}

TEST_F(PartFileTest, DoesNotGoOnWithWhatIsOfAnotherUrl) {
  leave_part("01234");
  const auto part = open("http://example.org/another");
  EXPECT_EQ(part->usable_bytes(), 0U);
  EXPECT_EQ(part->note(), std::nullopt);
}

TEST_F(PartFileTest, DoesNotGoOnWithoutAValidator) {
  leave_part("01234", "");
  EXPECT_THAT(names(), ElementsAre("large.part"));
  EXPECT_EQ(open()->usable_bytes(), 0U);
}

TEST_F(PartFileTest, DoesNotGoOnWithAPartOfUnknownOrigin) {
  test::write_file(path("large.part"), "whatever");
  EXPECT_EQ(open()->usable_bytes(), 0U);
  test::write_file(path("large.part.json"), "{\"url\": \"" + kUrl + "\"}");
  EXPECT_EQ(open()->usable_bytes(), 0U);
}

TEST_F(PartFileTest, LeavesNothingWhenNothingArrived) {
  leave_part("");
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(PartFileTest, KeepsTheOldFileUntilTheNewOneIsWhole) {
  test::write_file(path("large"), "old");
  leave_part("01234");
  EXPECT_EQ(content_of(path("large")), "old");
}

TEST_F(PartFileTest, BelongsToOneAtATime) {
  leave_part("01234");
  const auto first = open();
  EXPECT_EQ(PartFile::open(path("large"), 0640, kUrl).error(),
            std::errc::resource_unavailable_try_again);
  EXPECT_EQ(first->write(bytes_of("56789")), std::error_code());
  EXPECT_EQ(first->finish(), std::error_code());
  EXPECT_EQ(content_of(path("large")), "0123456789");
}

TEST_F(PartFileTest, FollowsNoLinkUnderThePartsName) {
  test::write_file(path("precious"), "precious");
  std::filesystem::create_symlink("precious", path("large.part"));
  EXPECT_EQ(PartFile::open(path("large"), 0640, kUrl).error(),
            std::errc::too_many_symbolic_link_levels);
  EXPECT_EQ(content_of(path("precious")), "precious");
}

TEST_F(PartFileTest, IsForFilesOnly) {
  EXPECT_EQ(PartFile::open("/dev/null", 0640, kUrl).error(), std::errc::invalid_seek);
  EXPECT_FALSE(std::filesystem::exists("/dev/null.part"));
}

TEST(PartNote, IsReadBackAsItWasWritten) {
  for (const PartNote& note : {PartNote{kUrl, kEtag, 10}, PartNote{kUrl, "\"\\ \xc3\xa9\"", {}},
                               PartNote{kUrl, "Sun, 06 Nov 1994 08:49:37 GMT", UINT64_MAX}}) {
    EXPECT_EQ(decode_note(encode_note(note)), note) << encode_note(note);
  }
}

TEST(PartNote, IsNothingWhenItIsNoNote) {
  for (const char* const text :
       {"", "{", "[]", "null", "{\"url\": 1, \"validator\": 2}", "{\"url\": \"http://a/\"}",
        "{\"url\": \"http://a/\", \"validator\": \"\"}", "{\"validator\": \"\\\"v1\\\"\"}"}) {
    EXPECT_EQ(decode_note(text), std::nullopt) << text;
  }
}

TEST(PartNote, ForgetsALengthThatIsNone) {
  const auto note = decode_note(R"({"url": "http://a/", "validator": "\"v1\"", "total": -1})");
  ASSERT_TRUE(note);
  EXPECT_EQ(note->total, std::nullopt);
}

}  // namespace
}  // namespace halo::httpget
