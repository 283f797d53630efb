#include "bench/server_start.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactor/socket.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/sockets.hpp"

namespace halo::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ServerStartTest : public testing::Test {
 protected:
  StartedServer start(const std::string& shell, std::optional<std::uint16_t> port = {}) {
    Model model;
    model.shell = shell;
    model.port = port;
    return start_server(*loop_, model, {}, std::nullopt, *interrupt_);
  }

  std::unique_ptr<EventLoop> loop_ = test::make_loop();
  std::unique_ptr<Interrupt> interrupt_ = std::move(*Interrupt::create(*loop_));
};

TEST_F(ServerStartTest, ItsFirstLineSaysWhereItListens) {
  for (const std::string line :
       {"mine listening on 127.0.0.1:7000 (all fine)", "mine: listening on 127.0.0.1:7000"}) {
    const StartedServer server = start("sh -c 'echo \"" + line + "\"; exec sleep 1000'");
    EXPECT_EQ(server.failure, "");
    EXPECT_EQ(server.endpoint, Endpoint::loopback_v4(7000));
  }
}

TEST_F(ServerStartTest, OneThatSaysSomethingElseHasFailed) {
  EXPECT_THAT(start("echo hello").failure, HasSubstr("said 'hello'"));
  EXPECT_THAT(start("echo listening on the radio").failure, HasSubstr("not where it listens"));
}

TEST_F(ServerStartTest, APortIsReadyWhenSomebodyListensThere) {
  const OwnedFd listener = test::listener_v4(8);
  const Endpoint there = test::local_endpoint_of(listener.get());
  const StartedServer server = start("sleep 1000", there.port());
  EXPECT_EQ(server.failure, "");
  EXPECT_EQ(server.endpoint, there);
}

TEST_F(ServerStartTest, APortWhereNobodyListensWhenTheServerHasEndedIsAFailure) {
  std::uint16_t port = 0;
  {
    const OwnedFd listener = test::listener_v4(8);
    port = test::local_endpoint_of(listener.get()).port();
  }
  EXPECT_THAT(start("true", port).failure, HasSubstr("nothing listens on 127.0.0.1:"));
}

TEST_F(ServerStartTest, OneWhoseOutputGoesElsewhereMayTakeItsTime) {
  OwnedFd listener = test::listener_v4(8);
  const std::uint16_t port = test::local_endpoint_of(listener.get()).port();
  listener.reset();  // until the timer
  const TimerId timer = loop_->run_after(std::chrono::milliseconds(100), [&listener, port] {
    listener = std::move(*socket::listen(Endpoint::loopback_v4(port), 8));
  });
  EXPECT_EQ(start("sleep 1000 >/dev/null", port).failure, "");
  loop_->cancel(timer);
}

TEST(ServerCommand, OfAModelOfTheTable) {
  EXPECT_THAT(server_command({"reactor", "hello-tcp", {"--loops", "1"}}, "/bin"),
              ElementsAre("/bin/hello-tcp", "--port", "0", "--loops", "1"));
}

TEST(ServerCommand, OfAnyonesServerIsForTheShell) {
  Model model;
  model.shell = "./mine -p 1";
  EXPECT_THAT(server_command(model, "/bin"), ElementsAre("/bin/sh", "-c", "exec ./mine -p 1"));
}

}  // namespace
}  // namespace halo::bench
