#include "reactor/error.hpp"

#include <cerrno>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace halo {
namespace {

TEST(Error, EachCodeHasAMessageOfItsOwn) {
  std::set<std::string> messages;
  for (int value = 1; value <= static_cast<int>(Errc::kTruncated); ++value) {
    const std::string message = make_error_code(static_cast<Errc>(value)).message();
    EXPECT_NE(message, "unknown error") << value;
    EXPECT_TRUE(messages.insert(message).second) << message << " twice";
  }
}

TEST(Error, NumberBeyondTheListIsUnknown) {
  EXPECT_EQ(std::error_code(9999, error_category()).message(), "unknown error");
}

TEST(Error, CategoryIsCalledHalo) { EXPECT_STREQ(error_category().name(), "halo"); }

TEST(Error, CodeConvertsAndComparesWithoutACast) {
  const std::error_code error = Errc::kIdleTimeout;
  EXPECT_TRUE(error);
  EXPECT_EQ(error, Errc::kIdleTimeout);
  EXPECT_NE(error, Errc::kQueueFull);
}

TEST(Error, LastErrorIsErrnoInTheSystemsCategory) {
  errno = ECONNREFUSED;
  const std::error_code error = last_error();
  EXPECT_EQ(error.value(), ECONNREFUSED);
  EXPECT_EQ(error, std::errc::connection_refused);
}

}  // namespace
}  // namespace halo
