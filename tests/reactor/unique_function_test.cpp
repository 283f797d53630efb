#include "reactor/unique_function.hpp"

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace halo {
namespace {

// Counts what lives, so that a lost or doubled destruction shows.
struct Counted {
  explicit Counted(int* alive) : alive_(alive) { ++*alive_; }
  Counted(Counted&& other) noexcept : alive_(other.alive_) { ++*alive_; }
  Counted(const Counted&) = delete;
  ~Counted() { --*alive_; }

  int* alive_;
};

using Large = std::array<char, UniqueFunction<int()>::kInlineBytes + 1>;

TEST(UniqueFunction, StartsEmpty) {
  EXPECT_FALSE(static_cast<bool>(UniqueFunction<void()>()));
  EXPECT_FALSE(static_cast<bool>(UniqueFunction<void()>(nullptr)));
}

TEST(UniqueFunction, PassesArgumentsAndResult) {
  UniqueFunction<std::string(int, const std::string&)> repeat = [](int n, const std::string& s) {
    std::string all;
    for (int i = 0; i < n; ++i) {
      all += s;
    }
    return all;
  };
  EXPECT_EQ(repeat(3, "ab"), "ababab");
}

TEST(UniqueFunction, PassesMoveOnlyArguments) {
  UniqueFunction<int(std::unique_ptr<int>)> take = [](std::unique_ptr<int> n) { return *n; };
  EXPECT_EQ(take(std::make_unique<int>(4)), 4);
}

TEST(UniqueFunction, PassesReferences) {
  UniqueFunction<void(int&)> increment = [](int& n) { ++n; };
  int number = 1;
  increment(number);
  EXPECT_EQ(number, 2);
}

TEST(UniqueFunction, DropsAResultThatIsNotWanted) {
  int calls = 0;
  UniqueFunction<void()> call = [&calls] { return ++calls; };
  call();
  EXPECT_EQ(calls, 1);
}

TEST(UniqueFunction, KeepsAStateThatMayChange) {
  UniqueFunction<int()> count = [n = 0]() mutable { return ++n; };
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(count(), 2);
}

TEST(UniqueFunction, MovesTheCallableAndLeavesNothing) {
  UniqueFunction<int()> small = [n = std::make_unique<int>(1)] { return *n; };
  UniqueFunction<int()> moved = std::move(small);
  EXPECT_FALSE(static_cast<bool>(small));  // NOLINT(bugprone-use-after-move): what is left?
  EXPECT_EQ(moved(), 1);
}

TEST(UniqueFunction, DestroysASmallCallableOnce) {
  int alive = 0;
  {
    UniqueFunction<void()> first = [counted = Counted(&alive)] {};
    EXPECT_EQ(alive, 1);
    UniqueFunction<void()> second = std::move(first);
    EXPECT_EQ(alive, 1);
    second = nullptr;
    EXPECT_EQ(alive, 0);
    second = [counted = Counted(&alive)] {};
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(UniqueFunction, DestroysALargeCallableOnce) {
  int alive = 0;
  {
    UniqueFunction<int()> first = [counted = Counted(&alive), room = Large{1}] { return +room[0]; };
    UniqueFunction<int()> second = [counted = Counted(&alive), room = Large{2}] {
      return +room[0];
    };
    EXPECT_EQ(alive, 2);
    second = std::move(first);
    EXPECT_EQ(alive, 1);
    EXPECT_EQ(second(), 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(UniqueFunction, SurvivesAssignmentToItself) {
  UniqueFunction<int()> function = [] { return 3; };
  UniqueFunction<int()>& same = function;
  function = std::move(same);
  EXPECT_EQ(function(), 3);
}

TEST(UniqueFunction, LetsAnExceptionThrough) {
  UniqueFunction<void()> fail = [] { throw std::runtime_error("no"); };
  EXPECT_THROW(fail(), std::runtime_error);
  EXPECT_TRUE(static_cast<bool>(fail));
}

TEST(UniqueFunctionDeathTest, CallOfAnEmptyOneAborts) {
  UniqueFunction<void()> empty;
  EXPECT_DEATH(empty(), "an empty UniqueFunction was called");
}

}  // namespace
}  // namespace halo
