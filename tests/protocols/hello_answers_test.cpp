#include <string>

#include <gtest/gtest.h>

#include "protocols/hello/answers.hpp"

namespace halo::hello {
namespace {

using namespace std::string_literals;

std::string answer(Framing framing, std::string_view message) {
  std::string out;
  append_answer(out, framing, message);
  return out;
}

// The protocol's bytes are a promise to other programs: here they stand a second time.

TEST(Answers, WelcomeEndsAsTheFramingDoes) {
  EXPECT_EQ(welcome(Framing::kLine), "Welcome!\n");
  EXPECT_EQ(welcome(Framing::kChunk), "Welcome!");
}

TEST(Answers, GreetTheMessage) {
  EXPECT_EQ(answer(Framing::kLine, "Bond"), "Hello, Bond!\n");
  EXPECT_EQ(answer(Framing::kChunk, "Bond"), "Hello, Bond!");
  EXPECT_EQ(answer(Framing::kLine, ""), "Hello, !\n");
}

TEST(Answers, KeepAnyByte) {
  EXPECT_EQ(answer(Framing::kChunk, "\0%s\xff\n"s), "Hello, \0%s\xff\n!"s);
}

TEST(Answers, FollowEachOther) {
  std::string out;
  append_answer(out, Framing::kLine, "a");
  append_answer(out, Framing::kLine, "b");
  EXPECT_EQ(out, "Hello, a!\nHello, b!\n");
}

TEST(Answers, SayHowLongALineMayBe) {
  EXPECT_EQ(line_too_long(65536), "Error: line longer than 65536 bytes\n");
}

}  // namespace
}  // namespace halo::hello
