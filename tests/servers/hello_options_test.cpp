#include "servers/hello_options.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "servers/work_options.hpp"

namespace halo {
namespace {

using namespace std::chrono_literals;
using hello::Work;

TEST(ParseWork, TakesKindAndDuration) {
  EXPECT_EQ(parse_work("none"), Work{});
  EXPECT_EQ(parse_work("sleep:10ms"), (Work{Work::Kind::kSleep, 10ms}));
  EXPECT_EQ(parse_work("cpu:50us"), (Work{Work::Kind::kCpu, 50us}));
}

TEST(ParseWork, RefusesEverythingElse) {
  for (const char* const text : {"", "sleep", "sleep:", "sleep:10", "none:1s", "nap:1s", ":1s"}) {
    EXPECT_EQ(parse_work(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(Counted, KnowsOneFromMany) {
  EXPECT_EQ(counted(0, "worker"), "0 workers");
  EXPECT_EQ(counted(1, "loop"), "1 loop");
  EXPECT_EQ(counted(2, "loop"), "2 loops");
}

TEST(PrintReady, IsOneLine) {
  testing::internal::CaptureStdout();
  print_ready("hello-tcp", Endpoint::loopback_v4(9999), "epoll, 2 loops, 0 workers");
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "hello-tcp listening on 127.0.0.1:9999 (epoll, 2 loops, 0 workers)\n");
}

}  // namespace
}  // namespace halo
