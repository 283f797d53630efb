// What a session does while its work is done elsewhere.

#include <chrono>
#include <future>
#include <string>

#include "protocols/hello/hello_session.hpp"
#include "reactor/worker_pool.hpp"
#include "tests/protocols/hello_session_fixture.hpp"

namespace halo::hello::test {
namespace {

using namespace std::chrono_literals;

constexpr Work kSleep{Work::Kind::kSleep, 1s};
constexpr Work kShortCpu{Work::Kind::kCpu, 10us};

TEST_F(HelloSessionTest, WorksOnTheLoopBeforeItsAnswer) {
  open({.work = {Work::Kind::kCpu, 2ms}});
  const auto began = std::chrono::steady_clock::now();
  say("a\n");
  EXPECT_EQ(heard(), "Welcome!\nHello, a!\n");
  EXPECT_GE(std::chrono::steady_clock::now() - began, 2ms);
}

TEST_F(HelloSessionTest, SleepsByATimer) {
  open({.work = kSleep, .work_on = WorkOn::kTimer});
  say("a\n");
  EXPECT_EQ(heard(), "Welcome!\n");
  pass(999ms);
  EXPECT_EQ(heard(), "Welcome!\n");
  pass(1ms);
  EXPECT_TRUE(hears("Welcome!\nHello, a!\n"));
}

TEST_F(HelloSessionTest, HasOneMessageAtWorkAtATime) {
  open({.work = kSleep, .work_on = WorkOn::kTimer});
  say("a\nb\n");
  (void)heard();
  pass(1s);
  EXPECT_TRUE(hears("Welcome!\nHello, a!\n"));
  EXPECT_EQ(heard(), "Welcome!\nHello, a!\n");
  pass(1s);
  EXPECT_TRUE(hears("Welcome!\nHello, a!\nHello, b!\n"));
}

TEST_F(HelloSessionTest, RemembersTheEndOfInputWhileAtWork) {
  open({.work = kSleep, .work_on = WorkOn::kTimer});
  say("a\nb\nlast");
  finish_saying();
  std::string expected = "Welcome!\n";
  for (const char* const name : {"a", "b", "last"}) {
    EXPECT_FALSE(ended());
    pass(1s);
    expected += "Hello, " + std::string(name) + "!\n";
    EXPECT_TRUE(hears(expected));
  }
  EXPECT_TRUE(ended());
}

TEST_F(HelloSessionTest, TakesWhatCameMeanwhileForAnotherMessageWithChunks) {
  open({.framing = Framing::kChunk, .work = kSleep, .work_on = WorkOn::kTimer});
  say("a");
  (void)heard();
  say("b");
  pass(1s);
  EXPECT_TRUE(hears("Welcome!Hello, a!"));
  pass(1s);
  EXPECT_TRUE(hears("Welcome!Hello, a!Hello, b!"));
}

TEST_F(HelloSessionTest, AnswersAChunkAsItWasWhenItsWorkBegan) {
  open({.framing = Framing::kChunk, .work = kSleep, .work_on = WorkOn::kTimer});
  Connection& connection = *Connection::find(*loop_, connection_);
  ConnectionHandler& session = connection.handler();
  EXPECT_EQ(session.on_data(connection, halo::test::as_bytes("a")), 0U);
  pass(1s);
  halo::test::run_while_busy(*loop_);
  EXPECT_EQ(session.on_data(connection, halo::test::as_bytes("ab")), 1U);  // more came behind it
  EXPECT_EQ(heard(), "Welcome!Hello, a!");
}

TEST_F(HelloSessionTest, ClosesOnExitAfterWhatWasAtWork) {
  open({.work = kSleep, .work_on = WorkOn::kTimer});
  say("a\nexit\nb\n");
  (void)heard();
  pass(1s);
  EXPECT_TRUE(hears("Welcome!\nHello, a!\n"));
  EXPECT_TRUE(ended());
}

TEST_F(HelloSessionTest, LeavesNoTimerBehind) {
  open({.work = kSleep, .work_on = WorkOn::kTimer});
  say("a\n");
  (void)heard();
  Connection::find(*loop_, connection_)->close(CloseMode::kReset);
  halo::test::run_while_busy(*loop_);
  pass(1s);
  EXPECT_EQ(loop_->run_once(Duration::zero()), 0U);
}

TEST_F(HelloSessionTest, AnswersInOrderWhatWorkersDo) {
  WorkerPool workers(4, 100);
  open({.work = kShortCpu, .work_on = WorkOn::kWorkers, .workers = &workers});
  std::string expected = "Welcome!\n";
  for (int i = 0; i < 100; ++i) {
    say(std::to_string(i) + "\n");
    expected += "Hello, " + std::to_string(i) + "!\n";
  }
  finish_saying();
  EXPECT_TRUE(hears(expected));
  EXPECT_TRUE(ended());
}

TEST_F(HelloSessionTest, TriesAgainWhenTheWorkersQueueIsFull) {
  WorkerPool workers(1, 1);
  std::promise<void> go;
  std::promise<void> busy;
  ASSERT_FALSE(workers.submit([&go, &busy] {
    busy.set_value();
    go.get_future().wait();
  }));
  busy.get_future().wait();
  ASSERT_FALSE(workers.submit([] {}));  // the queue's one place

  open({.work = kShortCpu, .work_on = WorkOn::kWorkers, .workers = &workers});
  say("a\n");
  EXPECT_EQ(heard(), "Welcome!\n");
  pass(10ms);
  EXPECT_EQ(heard(), "Welcome!\n");
  go.set_value();
  EXPECT_TRUE(halo::test::run_until(*loop_, [this] {
    pass(10ms);
    return heard() == "Welcome!\nHello, a!\n";
  }));
}

TEST_F(HelloSessionTest, ClosesWhenTheWorkersHaveStopped) {
  WorkerPool workers(1, 1);
  workers.stop();
  open({.work = kShortCpu, .work_on = WorkOn::kWorkers, .workers = &workers});
  say("a\n");
  EXPECT_TRUE(halo::test::run_until(*loop_, [this] { return ended(); }));
  EXPECT_EQ(heard(), "Welcome!\n");
}

TEST_F(HelloSessionTest, IsNotMissedByWorkThatOutlivesIt) {
  WorkerPool workers(1, 10);
  std::promise<void> go;
  ASSERT_FALSE(workers.submit([&go] { go.get_future().wait(); }));
  open({.work = kShortCpu, .work_on = WorkOn::kWorkers, .workers = &workers});
  say("a\n");
  (void)heard();
  connections_.reset();
  go.set_value();
  workers.stop();                       // the session's job is done, and has posted its end
  EXPECT_EQ(loop_->run_once(0ns), 1U);  // which finds nobody
}

using HelloSessionDeathTest = HelloSessionTest;

TEST_F(HelloSessionDeathTest, RefusesOptionsThatCannotWork) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const HelloOptions computing_timer{.work = kShortCpu, .work_on = WorkOn::kTimer};
  EXPECT_DEATH((void)make_hello_session(computing_timer), "a timer waits");
  const HelloOptions no_workers{.work = kShortCpu, .work_on = WorkOn::kWorkers};
  EXPECT_DEATH((void)make_hello_session(no_workers), "needs a WorkerPool");
}

}  // namespace
}  // namespace halo::hello::test
