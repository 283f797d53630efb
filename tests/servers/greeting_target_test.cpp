#include "servers/greeting_target.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace halo {
namespace {

std::optional<std::string> name_of(std::string_view target) {
  std::string room;
  const std::optional<std::string_view> name = greeted_name(path_of(target), room);
  return name ? std::optional<std::string>(*name) : std::nullopt;
}

TEST(GreetingTarget, TheRootGreetsTheWorld) {
  for (const char* const target : {"/", "/?", "/?a=/b", "http://h", "http://h:1/", "http://h?x"}) {
    EXPECT_EQ(name_of(target), "World") << target;
  }
}

TEST(GreetingTarget, ANameIsDecodedAndItsQueryIgnored) {
  EXPECT_EQ(name_of("/hello/Bond"), "Bond");
  EXPECT_EQ(name_of("/hello/Bond?x/y"), "Bond");
  EXPECT_EQ(name_of("/hello/a%20b%2fc%00"), std::string("a b/c\0", 6));
  EXPECT_EQ(name_of("/hello/%2541"), "%41");
  EXPECT_EQ(name_of("http://h/hello/x?y"), "x");
  EXPECT_EQ(name_of("/hello/http://"), std::nullopt);  // it is no host that is cut off here
}

TEST(GreetingTarget, ANameWithoutPercentSignsIsNotCopied) {
  const std::string target = "/hello/a-name-that-is-longer-than-a-short-string";
  std::string room;
  EXPECT_EQ(greeted_name(target, room)->data(), target.data() + 7);
  EXPECT_EQ(room, "");
}

TEST(GreetingTarget, OtherPathsGreetNobody) {
  for (const char* const target :
       {"", "*", "/hello", "/hello/", "/hello/?x", "/hello/a/b", "/hello/%", "/hello/%4",
        "/hello/%zz", "/hellos", "/Hello/x", "host:80", "?/"}) {
    EXPECT_EQ(name_of(target), std::nullopt) << target;
  }
}

TEST(GreetingTarget, APathIsWithoutHostAndQuery) {
  EXPECT_EQ(path_of("/a/b?c"), "/a/b");
  EXPECT_EQ(path_of("/a://b"), "/a://b");
  EXPECT_EQ(path_of("http://h/a?b"), "/a");
  EXPECT_EQ(path_of("http://h?a"), "/");
  EXPECT_EQ(path_of("*"), "*");
}

}  // namespace
}  // namespace halo
