#include "protocols/http/file_name.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace halo::http {
namespace {

std::string name_for(std::string_view path) {
  return file_name_of(Url::parse("http://a" + std::string(path)).value());
}

TEST(FileName, IsTheLastSegmentOfThePath) {
  EXPECT_EQ(name_for("/a.txt"), "a.txt");
  EXPECT_EQ(name_for("/x/y/a.tar.gz"), "a.tar.gz");
  EXPECT_EQ(name_for("/x/a?b=/c#/d"), "a");
  EXPECT_EQ(name_for("/a%20b%C3%BC.txt"), "a b\xc3\xbc.txt");
}

TEST(FileName, IsIndexHtmlForAFolder) {
  for (const char* path : {"", "/", "/x/", "/?a", "/x/?a/b", "/x/..", "/."}) {
    EXPECT_EQ(name_for(path), "index.html") << path;
  }
}

TEST(FileName, NeverLeavesItsFolderNorHidesNorActsAsAnOption) {
  const struct {
    const char* path;
    const char* name;
  } cases[] = {
      {"/%2e%2e", "_."},
      {"/..%2f..%2fetc%2fpasswd", "_._.._etc_passwd"},
      {"/%2fetc%2fpasswd", "_etc_passwd"},
      {"/a%5cb", "a_b"},
      {"/.bashrc", "_bashrc"},
      {"/%2ebashrc", "_bashrc"},
      {"/...", "_.."},
      {"/-rf", "_rf"},
      {"/a%00.txt", "a_.txt"},
      {"/a%0d%0ab%1b%7f", "a__b__"},
      {"/a-b.c", "a-b.c"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(name_for(one.path), one.name) << one.path;
  }
}

TEST(FileName, IsUtf8) {
  const struct {
    const char* path;
    const char* name;
  } cases[] = {
      {"/%C3%A9%E2%82%AC%F0%9F%98%80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
      {"/%ED%9F%BF%EE%80%80", "\xed\x9f\xbf\xee\x80\x80"},
      {"/%F4%8F%BF%BF", "\xf4\x8f\xbf\xbf"},
      {"/%C2%A0", "\xc2\xa0"},
      {"/%FF", "_"},
      {"/%80", "_"},
      {"/%C3", "_"},
      {"/%C3a", "_a"},
      {"/%E2%82", "__"},
      {"/%E2%82a", "__a"},
      {"/%F0%9F%98a", "___a"},
      {"/%C0%AF", "__"},          // an overlong slash
      {"/%E0%80%AF", "___"},      // the same in three bytes
      {"/%F0%80%80%AF", "____"},  // and in four
      {"/%ED%A0%80", "___"},      // a surrogate
      {"/%F4%90%80%80", "____"},  // over U+10FFFF
      {"/%F5%80%80%80", "____"},
      {"/%C2%85", "__"},  // a control character
  };
  for (const auto& one : cases) {
    EXPECT_EQ(name_for(one.path), one.name) << one.path;
  }
}

TEST(FileName, Has200BytesAtMostAndIsCutBetweenCharacters) {
  EXPECT_EQ(name_for('/' + std::string(300, 'a')), std::string(200, 'a'));
  std::string path = "/a";
  for (int i = 0; i < 150; ++i) {
    path += "%C3%A9";
  }
  EXPECT_EQ(name_for(path).size(), 199U);
}

}  // namespace
}  // namespace halo::http
