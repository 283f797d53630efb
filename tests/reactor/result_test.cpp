#include "reactor/result.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "reactor/error.hpp"

namespace halo {
namespace {

TEST(Result, HoldsAValue) {
  const Result<int> result = 7;
  EXPECT_TRUE(result.has_value());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(result.value(), 7);
  EXPECT_EQ(*result, 7);
  EXPECT_FALSE(result.error());
}

TEST(Result, HoldsAnError) {
  const Result<int> result = Errc::kStopped;
  EXPECT_FALSE(result.has_value());
  EXPECT_EQ(result.error(), Errc::kStopped);
}

TEST(Result, TakesASystemError) {
  const Result<std::string> result = std::make_error_code(std::errc::permission_denied);
  EXPECT_EQ(result.error(), std::errc::permission_denied);
}

TEST(Result, GivesAMoveOnlyValueAway) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  const std::unique_ptr<int> value = std::move(result).value();
  EXPECT_EQ(*value, 5);
}

TEST(Result, ReachesMembersOfTheValue) {
  Result<std::string> result = std::string("four");
  result->push_back('s');
  const Result<std::string>& same = result;
  EXPECT_EQ(same->size(), 5U);
}

TEST(Result, HoldsAValueOfTheErrorsOwnType) {
  // Built from an error_code it would be a failure; only the type of the value decides here.
  const Result<int> zero = 0;
  EXPECT_TRUE(zero.has_value());
}

TEST(ResultDeathTest, ValueOfAFailureAborts) {
  Result<int> result = Errc::kStopped;
  EXPECT_DEATH((void)result.value(), "value\\(\\) of a failed Result");
}

TEST(ResultDeathTest, FailureWithoutAnErrorAborts) {
  EXPECT_DEATH((void)Result<int>(std::error_code()), "a failed Result needs an error");
}

}  // namespace
}  // namespace halo
