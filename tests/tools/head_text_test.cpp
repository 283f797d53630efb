#include "tools/httpget/head_text.hpp"

#include <gtest/gtest.h>

namespace halo::httpget {
namespace {

TEST(HeadForEyes, PutsThePrefixInFrontOfEachLine) {
  EXPECT_EQ(head_for_eyes("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "> "),
            "> GET / HTTP/1.1\n> Host: a\n> \n");
  EXPECT_EQ(head_for_eyes("HTTP/1.1 200 OK\nA: b", ""), "HTTP/1.1 200 OK\nA: b\n");
  EXPECT_EQ(head_for_eyes("", "> "), "");
}

TEST(HeadForEyes, DisarmsControlBytes) {
  EXPECT_EQ(head_for_eyes("A: \x1b[2J\rB: c\r\n", "< "), "< A: \\x1b[2J\\x0dB: c\n");
}

TEST(HeadForEyes, HidesSecrets) {
  EXPECT_EQ(head_for_eyes("authorization:  Basic dTpw\r\n", ""), "authorization:  Basic ***\n");
  EXPECT_EQ(head_for_eyes("Proxy-Authorization: Bearer a b\r\n", ""),
            "Proxy-Authorization: Bearer ***\n");
  EXPECT_EQ(head_for_eyes("Authorization: secret\r\n", ""), "Authorization: ***\n");
  EXPECT_EQ(head_for_eyes("Cookie: a=b; c=d\r\n", ""), "Cookie: ***\n");
  EXPECT_EQ(head_for_eyes("X-Authorization: shown\r\n", ""), "X-Authorization: shown\n");
}

}  // namespace
}  // namespace halo::httpget
