#include "protocols/http/http_error.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace halo::http {
namespace {

TEST(HttpError, EveryErrorHasAMessageOfItsOwn) {
  std::set<std::string> messages;
  int value = 1;
  for (; http_category().message(value) != "unknown error"; ++value) {
    EXPECT_TRUE(messages.insert(http_category().message(value)).second)
        << http_category().message(value);
  }
  // The last enumerator: none before it is without a message.
  EXPECT_EQ(value - 1, static_cast<int>(HttpErrc::kProxyRefused));
}

TEST(HttpError, IsAnErrorCodeOfItsCategory) {
  const std::error_code error = HttpErrc::kBodyTruncated;
  EXPECT_STREQ(error.category().name(), "http");
  EXPECT_EQ(error, HttpErrc::kBodyTruncated);
  EXPECT_NE(error, HttpErrc::kHeadTruncated);
  EXPECT_EQ(error.message(), "the peer closed the connection before the body was complete");
}

}  // namespace
}  // namespace halo::http
