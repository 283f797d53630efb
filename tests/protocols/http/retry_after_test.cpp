#include "protocols/http/retry_after.hpp"

#include <gtest/gtest.h>

namespace halo::http {
namespace {

using std::chrono::seconds;

constexpr DateSeconds kNow{seconds(784'111'777)};  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr seconds kYear = std::chrono::days(365);

TEST(RetryAfter, IsANumberOfSecondsOrADate) {
  const struct {
    const char* value;
    seconds wait;
  } cases[] = {
      {"0", seconds(0)},
      {"120", seconds(120)},
      {"007", seconds(7)},
      {"31536000", kYear},
      {"31536001", kYear},
      {"99999999999999999999999999", kYear},
      {"Sun, 06 Nov 1994 08:50:37 GMT", seconds(60)},
      {"Sunday, 06-Nov-94 08:50:37 GMT", seconds(60)},
      {"Sun, 06 Nov 1994 08:49:37 GMT", seconds(0)},
      {"Sun, 06 Nov 1993 08:49:37 GMT", seconds(0)},
      {"Sun, 06 Nov 9999 08:49:37 GMT", kYear},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(parse_retry_after(one.value, kNow), one.wait) << one.value;
  }
}

TEST(RetryAfter, IsNothingElse) {
  for (const char* value : {"", " ", "-1", "+1", "1.5", "1s", "0x10", "1 2", "soon", "1,2"}) {
    EXPECT_EQ(parse_retry_after(value, kNow), std::nullopt) << value;
  }
}

}  // namespace
}  // namespace halo::http
