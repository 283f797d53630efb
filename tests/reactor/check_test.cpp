#include "reactor/check.hpp"

#include <gtest/gtest.h>

namespace halo {
namespace {

TEST(Check, TrueConditionDoesNothing) {
  int evaluations = 0;
  HALO_CHECK(++evaluations == 1, "must hold");
  EXPECT_EQ(evaluations, 1);
}

TEST(CheckDeathTest, FalseConditionAbortsWithFileExpressionAndReason) {
  const int sockets = 3;
  EXPECT_DEATH(HALO_CHECK(sockets == 4, "four are needed"),
               R"(check_test\.cpp:[0-9]+: check failed: sockets == 4: four are needed)");
}

TEST(CheckDeathTest, FailureIsAnAbortAndNotAnExit) {
  EXPECT_EXIT(HALO_CHECK(false, "never"), testing::KilledBySignal(SIGABRT), "never");
}

TEST(Check, WorksAsAnExpression) {
  const auto half = [](int n) { return HALO_CHECK(n % 2 == 0, "even"), n / 2; };
  EXPECT_EQ(half(6), 3);
}

}  // namespace
}  // namespace halo
